-- One row per LALevelVacancies element; NumberOfVacancies is FTE despite its name.

select
    submission_id,
    la_code,
    collection_year,
    row_number as vacancy_row,
    {{ to_decimal('NumberOfVacancies') }} as vacancies_fte,
    {{ to_decimal('NoAgencyFTE') }} as covering_agency_fte,
    {{ to_whole_number('NoAgencyHeadcount') }} as covering_agency_headcount,
    NumberOfVacancies is not null as is_vacancies_sent,
    line as source_line
from {{ source('csww', 'vacancy') }}
