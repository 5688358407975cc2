-- One row per authority and census year: referrals in the year.

{{ counts_in_year('M06', 'core_referral', 'referral_date') }}
