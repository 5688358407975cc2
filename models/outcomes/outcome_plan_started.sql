-- One row per authority and census year: child protection plans begun in the year.

{{ counts_in_year('M09', 'core_child_protection_plan', 'start_date') }}
