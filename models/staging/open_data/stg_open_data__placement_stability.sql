-- One row per figure, area and period printed in the looked-after statistics: stability of placements.

{{ open_data_figures(
    'la_cla_placement_stability',
    fields=[
        'children_count', 'children_percent'
    ],
    filter='placement_stability',
    second_filter='cla_group'
) }}
