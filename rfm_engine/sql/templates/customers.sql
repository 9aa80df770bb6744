{% for line in about %}
-- {{ line }}
{% endfor %}
{% include "orders.sql" %},

ranked as (
    -- The last order of a customer stands first; equal times are settled by what follows the time.
    select orders.*, row_number() over (
            partition by {{ customer_key | wrap(16) }}
            order by {{ newest | wrap(16) }}
        ) as place
    from orders
)

select
    {{ customer_key | wrap(8) }},
    cast(sum(is_order) as bigint) as frequency,
    case when min(is_exact) = 1 then sum(order_amount) end as {{ monetary }},
{% for value, name in last %}
    max(case when place = 1 then {{ value }} end) as {{ name }}{{ "," if not loop.last }}
{% endfor %}
from ranked
group by {{ customer_key | wrap(4) }}
having sum(is_order) > 0
