-- One row per figure, area and period printed in the looked-after statistics: numbers and rates.

{{ open_data_figures(
    'cla_number_and_rate_per_10k_children',
    fields=[
        'children_count', 'rate_per_10000'
    ],
    filter='population_type'
) }}
