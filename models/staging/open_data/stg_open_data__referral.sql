-- One row per figure, area and period printed in file C1 on children in need: referrals and re-referrals.

{{ open_data_figures(
    'c1_children_in_need_referrals_and_rereferrals',
    fields=[
        'referral_count', 'rereferral_count', 'rereferral_percent', 'no_further_action_count',
        'no_further_action_percent', 'not_in_need_count', 'not_in_need_percent'
    ],
    filter='category'
) }}
