-- One row per figure, area and period printed in file B1 on children in need: all of them.

{{ open_data_figures(
    'b1_children_in_need',
    fields=[
        'At31_episodes'
    ],
    filter='category'
) }}
