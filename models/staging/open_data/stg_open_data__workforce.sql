-- One row per figure, area and period printed in the workforce statistics.

{{ open_data_figures(
    'csww_indicators',
    fields=[
        'inpost_fte', 'inpost_headcount', 'starters_fte', 'leavers_fte', 'leavers_headcount',
        'turnover_rate_fte', 'turnover_rate_headcount', 'agency_fte', 'agency_rate_fte', 'vacancy_fte',
        'vacancy_rate_fte', 'case_holders_fte', 'cases', 'caseload_fte', 'working_days_lost_fte',
        'absence_rate_fte'
    ]
) }}
