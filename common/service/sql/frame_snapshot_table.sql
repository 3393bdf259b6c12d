-- $1 a table: its columns in their order; how it is read, filled and looked at whole
select c.name, c.type,
       format('select %s from %I.%I', string_agg(quote_ident(c.name), ', ') over whole, current_schema(), $1::text) as read,
       format('%I.%I (%s)', current_schema(), $1::text, string_agg(quote_ident(c.name), ', ') over whole) as target,
       format('select 1 from %I.%I limit 1', current_schema(), $1::text) as probe
  from (select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type, a.attnum as nth
          from pg_attribute a
         where a.attrelid = to_regclass(format('%I.%I', current_schema(), $1::text)) and a.attnum > 0
           and not a.attisdropped and a.attgenerated = '') c
window whole as (order by c.nth rows between unbounded preceding and unbounded following)
 order by c.nth
