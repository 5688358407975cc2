-- One row per figure, area and period printed in the file on how many social workers a child had.

{{ open_data_figures(
    'la_cla_swcount',
    fields=[
        'number', 'percentage'
    ],
    filter='cla_group',
    second_filter='sw_stability'
) }}
