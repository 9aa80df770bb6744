{% for line in about %}
-- {{ line }}
{% endfor %}
{% include "orders.sql" %}

select outcome, cast(sum(row_count) as bigint) as row_count
from (
    select failed as outcome, count(*) as row_count from checked where failed is not null group by failed
{% if may_repeat %}
    union all select 'used', count(*) from single
    union all select 'duplicates', sum(copies - 1) from single
    union all select {{ conflicting }}, sum(copies) from versioned where versions > 1
{% elif drops_unpaid %}
    union all select case when order_total > 0 then 'used' else {{ not_positive }} end, 1 from (
        select sum(order_amount) over (partition by {{ order_key | wrap(12) }}) as order_total from passed
    ) as totals
{% else %}
    union all select 'used', count(*) from passed
{% endif %}
) as outcomes
group by outcome
having sum(row_count) > 0
order by outcome
