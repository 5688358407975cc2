-- One row per authority and census year: initial child protection conferences in the year.

{{ counts_in_year('icpc_rate_10k', 'core_conference', 'conference_date') }}
