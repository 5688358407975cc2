-- One row per authority and collection year: its vacancies beside its workers in post.

with posts as (

    select
        la_code,
        collection_year,
        sum(fte) filter (where is_in_post) as in_post_fte
    from core.core_worker_post
    group by la_code, collection_year

)

select
    vacancy.la_code || ' ' || vacancy.collection_year as place,
    vacancy.vacancies_fte / nullif(posts.in_post_fte, 0) as per_worker,
    vacancy.covering_agency_fte / nullif(vacancy.vacancies_fte, 0) as share_covered
from core.core_vacancy as vacancy
left join posts
    on
        vacancy.la_code = posts.la_code
        and vacancy.collection_year = posts.collection_year
order by place
