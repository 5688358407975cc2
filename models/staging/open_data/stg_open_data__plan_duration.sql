-- One row per figure, area and period printed in file D5 on children in need: how long plans had lasted.

{{ open_data_figures(
    'd5_cpps_at31march_by_duration',
    fields=[
        'CPP_At31', '2_years_or_more', '2_years_or_more_percent'
    ],
    filter='category'
) }}
