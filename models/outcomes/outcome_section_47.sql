-- One row per authority and census year: section 47 enquiries begun in the year.

{{ counts_in_year('M08', 'core_section_47', 'start_date') }}
