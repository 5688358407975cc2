"""What is a figure restated, new or vanished: one rule for the notes of a release and for its site.

As SQL on the ``core_outcome`` of two releases, ``was`` and ``now``, joined in full by what names a figure.
"""

#: Doubles may be added in another order; nearer than this, relative to the larger, they are the same figure.
RELATIVE = 1e-9

#: In a word, what became of a figure that differs.
KIND = """
    case
        when was.measure_id is null then 'new'
        when now.measure_id is null then 'vanished'
        else 'restated'
    end
"""

#: Whether it differs at all.
DIFFERS = f"""
    was.measure_id is null
    or now.measure_id is null
    or was.status is distinct from now.status
    or (was.value is null) <> (now.value is null)
    or abs(was.value - now.value) > {RELATIVE} * greatest(abs(was.value), abs(now.value))
"""
