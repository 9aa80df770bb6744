with blanks as (
    -- White space, which is no part of a text where it stands around it.
    select {{ blanks }} as signs
),

typed as (
    -- One row per row of the table; text is null where nothing but white space is in it.
    select
        {{ typed | join(",\n        ") }}
    from {{ table }} as source cross join blanks
),

checked as (
    -- The first check that a row fails; null where it passes all.
    select typed.*, case
{% for condition, outcome in checks %}
        when {{ condition }} then {{ outcome }}
{% endfor %}
        end as failed
    from typed
),

passed as (
    select * from checked where failed is null
),
{% if may_repeat %}

counted as (
    -- Identical rows are one.
    select
        {{ repeated | wrap(8) }},
        min(is_exact) as is_exact,
        count(*) as copies
    from passed
    group by {{ repeated | wrap(8) }}
),

versioned as (
    -- Rows that share list, customer and order id but differ are no order.
    select counted.*, count(*) over (partition by {{ identity | wrap(8) }}) as versions
    from counted
),

single as (
    select * from versioned where versions = 1
),
{% endif %}
{% if grain == "order" %}

orders as (
    select {{ rows }}.*, case when order_amount > 0 then 1 else 0 end as is_order from {{ rows }}
){% else %}

ranked_rows as (
    -- The largest row of an order says what was bought, and where.
    select {{ rows }}.*,
        row_number() over (
            partition by {{ order_key | wrap(16) }}
            order by {{ largest | wrap(16) }}
        ) as place{% if grain == "day" and has_order_ids %},
        row_number() over (
            partition by {{ order_key | wrap(16) }}
            order by {{ latest | wrap(16) }}
        ) as latest{% endif %}

    from {{ rows }}
),

orders as (
    -- The rows of {{ "a day" if grain == "day" else "an order id" }} are one order; those of nothing or less are part of its sum alone.
    select {{ order_key | wrap(8) }},
{% if grain == "day" and has_order_ids %}
        max(case when latest = 1 then order_id end) as order_id,
{% endif %}
{% for name in carried %}
        max(case when place = 1 then {{ name }} end) as {{ name }},
{% endfor %}
        max(case when order_amount > 0 then order_time end) as order_time,
        max(case when order_amount > 0 then 1 else 0 end) as is_order,
        min(is_exact) as is_exact,
        sum(order_amount) as order_amount
    from ranked_rows
    group by {{ order_key | wrap(8) }}{% if drops_unpaid %}

    having sum(order_amount) > 0{% endif %}

){% endif %}
