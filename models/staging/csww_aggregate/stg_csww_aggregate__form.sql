-- One row per line of a form: an authority's workforce in totals, typed and renamed.

select
    submission_id,
    la_code,
    collection_year,
    row_number as form_row,
    {{ to_decimal('SocialWorkersFTE30Sept') }} as in_post_fte,
    {{ to_whole_number('SocialWorkersHeadcount30Sept') }} as in_post_headcount,
    {{ to_decimal('VacanciesFTE30Sept') }} as vacancies_fte,
    {{ to_decimal('AgencyWorkersFTE30Sept') }} as agency_fte,
    {{ to_whole_number('AgencyWorkersHeadcount30Sept') }} as agency_headcount,
    {{ to_decimal('StartersFTEYear') }} as starters_fte,
    {{ to_decimal('LeaversFTEYear') }} as leavers_fte,
    {{ to_whole_number('LeaversHeadcountYear') }} as leavers_headcount,
    {{ to_decimal('WorkingDaysLostSickness') }} as days_lost,
    {{ to_whole_number('CasesHeld30Sept') }} as n_cases,
    line as source_line
from {{ source('csww_aggregate', 'aggregate') }}
