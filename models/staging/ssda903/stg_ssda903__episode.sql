-- One row per episode in a return, typed and renamed; no rows added or removed.

with typed as (

    select
        *,
        {{ to_date('DECOM') }} as start_date
    from {{ source('ssda903', 'episodes') }}

)

select
    -- keys: an episode without a readable start is still an episode, of its own
    submission_id,
    la_code,
    collection_year,
    row_number as episode_row,
    CHILD as child_id,
    case
        when start_date is not null then {{ key_of(['la_code', 'CHILD', 'start_date']) }}
        else {{ key_of(['la_code', 'CHILD', 'submission_id', 'row_number']) }}
    end as care_episode_id,

    -- dates
    start_date,
    {{ to_date('DEC') }} as end_date,

    -- codes
    upper(trim(RNE)) as start_reason_code,
    upper(trim(LS)) as legal_status_code,
    upper(trim(CIN)) as category_of_need_code,
    upper(trim(PLACE)) as placement_type_code,
    upper(trim(PLACE_PROVIDER)) as placement_provider_code,
    nullif(upper(trim(REC)), '') as end_reason_code,
    upper(trim(REASON_PLACE_CHANGE)) as placement_change_reason_code,

    -- what tells one placement from another of the same kind; of a postcode only the outward part is shown
    nullif(split_part(PL_POST, ' ', 1), '?') as placement_postcode_area,
    URN as provider_urn,

    -- lineage
    line as source_line
from typed
