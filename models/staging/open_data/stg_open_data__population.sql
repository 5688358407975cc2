-- One row per figure, area and period printed in the population file of the children in need statistics.

{{ open_data_figures(
    'ons_mid_year_population_estimates',
    fields=[
        'population_estimate'
    ],
    filter='age_group'
) }}
