-- One row per figure, area and period printed in the looked-after statistics: what care leavers do.

{{ open_data_figures(
    'la_care_leavers_activity',
    fields=[
        'care_leaver_count', 'care_leaver_percent'
    ],
    filter='care_leaver_age',
    second_filter='breakdown'
) }}
