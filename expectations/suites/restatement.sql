-- One row per source of published figures: how much of it restates what earlier ones printed.

-- what ships as a revision holds only what differs: a share of that says nothing
with figures as (

    select
        source_id,
        count(*) as n_figures
    from core.core_published_figure
    group by source_id
    having count(*) filter (origin = 'revision') = 0

)

select
    restatement.new_source_id as place,
    any_value(figures.n_figures) as n_figures,
    count(*) / any_value(figures.n_figures) as share_restating,
    median(abs(restatement.new_value / nullif(restatement.old_value, 0) - 1)) as median_change
from quality.restatement as restatement
inner join figures
    on restatement.new_source_id = figures.source_id
group by restatement.new_source_id
order by place
