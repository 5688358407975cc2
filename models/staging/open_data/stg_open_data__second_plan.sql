-- One row per figure, area and period printed in file D3 on children in need: second or later plans.

{{ open_data_figures(
    'd3_cpps_subsequent_plan',
    fields=[
        'CPP_start', 'CPP_subsequent', 'CPP_subsequent_percent'
    ],
    filter='category'
) }}
