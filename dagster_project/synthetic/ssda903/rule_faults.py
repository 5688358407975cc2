"""The statutory rules of the looked-after return that can be broken, each with the change that breaks it.

Scarce rows come first, so that they are not spent on what could fall on any child.
"""

from dagster_project.synthetic.rule_faults import RuleFault, day_of
from dagster_project.synthetic.ssda903.spots import (
    age,
    asylum,
    away,
    couple,
    ended,
    entered,
    entered_early,
    fostered,
    girl,
    leaver,
    missing_once,
    moved,
    next_move,
    no_day,
    other_sex,
    permanence,
    scored,
    settled,
    short_break,
    taken_back,
    uneventful,
    unscored,
    worker,
)

RULE_FAULTS = (
    # deprived of liberty
    RuleFault("700", "deprivation_of_liberty", {"DOLO_START": None}),
    RuleFault("701", "deprivation_of_liberty", {"DOLO_END": no_day}),
    # adopted
    RuleFault("113", "ad1", {"DATE_MATCH": no_day}),
    RuleFault("114", "ad1", {"FOSTER_CARE": "2"}),
    RuleFault("175", "ad1", {"NB_ADOPTR": "7"}),
    RuleFault("176", "ad1", {"SEX_ADOPTR": "XX"}, couple, also={"520": ("ad1",)}),
    RuleFault("177", "ad1", {"LS_ADOPTR": "XX"}),
    RuleFault("333", "ad1", {"DATE_MATCH": day_of("DATE_INT", -1)}),
    RuleFault("514", "ad1", {"LS_ADOPTR": "L0"}, couple),
    RuleFault("520", "ad1", {"SEX_ADOPTR": "FF"}, couple),
    RuleFault("523", "ad1", {"DATE_INT": day_of("DATE_INT", -1)}, flags=("ad1", "placed_for_adoption")),
    RuleFault("INT11", "ad1", {"DOB": day_of("DOB", -1)}),
    RuleFault("INT31", "ad1", change="twice"),
    # to be placed for adoption
    RuleFault(
        "119",
        "placed_for_adoption",
        {"DATE_PLACED_CEASED": None},
        taken_back,
    ),
    RuleFault(
        "120",
        "placed_for_adoption",
        {"REASON_PLACED_CEASED": "XX"},
        taken_back,
    ),
    RuleFault(
        "560",
        "placed_for_adoption",
        {"DATE_PLACED": day_of("DATE_PLACED", -8)},
        lambda spot: spot.day("DATE_PLACED") < spot.census.start and not spot.has("ad1"),
    ),
    RuleFault("INT12", "placed_for_adoption", {"DOB": day_of("DOB", -1)}),
    # seeking asylum
    RuleFault("104", "uasc", {"DUC": no_day}, lambda spot: asylum(spot, is_new=True)),
    RuleFault("304", "uasc", {"DUC": day_of("DUC", 1)}, lambda spot: asylum(spot, is_new=True)),
    RuleFault(
        "205A", "uasc", where=lambda spot: asylum(spot, is_new=False), flags=("header",), change="gone"
    ),
    RuleFault(
        "205B", "uasc", {"DUC": None}, lambda spot: asylum(spot, is_new=False), flags=("uasc", "header")
    ),
    RuleFault("INT18", "uasc", {"DOB": day_of("DOB", 1)}, lambda spot: asylum(spot, is_new=True)),
    RuleFault("INT21", "uasc", {"SEX": other_sex}),
    RuleFault("INT36", "uasc", change="twice", where=lambda spot: asylum(spot, is_new=True)),
    # in short breaks
    RuleFault("214", "episodes", {"URN": "9000000"}, short_break),
    RuleFault("398", "episodes", {"HOME_POST": "ZY1 1AL"}, short_break),
    RuleFault("399", "header", {"MOTHER": "0"}, short_break, flags=("header", "episodes")),
    # misuse of substances
    RuleFault(
        "158", "oc2", {"INTERVENTION_OFFERED": "1"}, lambda spot: spot.row["INTERVENTION_RECEIVED"] == "1"
    ),
    RuleFault(
        "159", "oc2", {"INTERVENTION_OFFERED": None}, lambda spot: spot.row["INTERVENTION_RECEIVED"] == "0"
    ),
    # left care
    RuleFault(
        "3001",
        "oc3",
        {"ACCOM": "Z1"},
        lambda spot: leaver(spot) and age(spot) == 17 and spot.row["IN_TOUCH"] == "YES",
    ),
    RuleFault(
        "347",
        "oc3",
        {"ACCOM": "T1"},
        lambda spot: leaver(spot) and age(spot) <= 18 and spot.row["IN_TOUCH"] == "YES",
    ),
    RuleFault("131", "oc3", {"IN_TOUCH": "XX"}, leaver),
    RuleFault("132", "oc3", {"ACTIV": "XX"}, leaver),
    RuleFault("133", "oc3", {"ACCOM": "X1"}, leaver),
    RuleFault("153", "oc3", {"ACTIV": None}, leaver, also={"132": ("oc3",)}),
    RuleFault(
        "344", "oc3", {"IN_TOUCH": "RHOM"}, lambda spot: leaver(spot) and spot.row["IN_TOUCH"] == "YES"
    ),
    RuleFault("345", "oc3", {"ACTIV": "0"}, lambda spot: leaver(spot) and spot.row["IN_TOUCH"] == "YES"),
    RuleFault("EPI", "oc3", where=leaver, flags=("header",), change="gone"),
    RuleFault(
        "INT06",
        "header",
        where=lambda spot: leaver(spot) and age(spot) >= 20,
        flags=("oc3",),
        change="gone",
    ),
    RuleFault("INT15", "oc3", {"DOB": day_of("DOB", -1)}, leaver),
    RuleFault("INT34", "oc3", where=leaver, change="twice"),
    RuleFault(
        "174",
        "header",
        {"MC_DOB": lambda spot: spot.census.start},
        lambda spot: leaver(spot) and not girl(spot),
    ),
    RuleFault("202", "header", {"SEX": other_sex}, leaver),
    RuleFault(
        "204", "header", {"ETHNIC": "MWAS"}, lambda spot: leaver(spot) and spot.row["ETHNIC"] != "MWAS"
    ),
    RuleFault("208", "header", {"UPN": "UN5"}, leaver),
    RuleFault("628", "header", {"MOTHER": "0"}, leaver),
    # missing
    RuleFault("567", "missing", {"MIS_END": day_of("MIS_START", -1)}, missing_once),
    RuleFault("571", "missing", {"MIS_END": lambda spot: spot.census.end + 1}, away),
    RuleFault("1004", "missing", {"MIS_START": no_day}, missing_once),
    RuleFault("1005", "missing", {"MIS_END": no_day}, away),
    RuleFault("1006", "missing", {"MISSING": "X"}, missing_once),
    RuleFault("INT13", "missing", {"DOB": day_of("DOB", 1)}),
    # moved
    RuleFault(
        "234",
        "episodes",
        {"REASON_PLACE_CHANGE": "CUSTOD"},
        lambda spot: moved(spot) and age(spot) < 10,
        flags=("episodes", "header"),
    ),
    RuleFault("225", "episodes", {"REASON_PLACE_CHANGE": None}, moved),
    RuleFault("1009", "episodes", {"REASON_PLACE_CHANGE": "XX"}, moved),
    RuleFault("143", "episodes", {"RNE": "X"}, next_move),
    RuleFault("434", "episodes", {"RNE": "L"}, next_move),
    RuleFault("436", "episodes", {"RNE": "B"}, next_move),
    # went home
    RuleFault("147", "episodes", {"DEC": no_day}, uneventful),
    RuleFault("149", "episodes", {"REC": "XX"}, ended),
    RuleFault("355", "episodes", {"DEC": day_of("DECOM", 0)}, uneventful),
    RuleFault("389", "episodes", {"REC": "E7"}, lambda spot: ended(spot) and age(spot) < 14),
    RuleFault("460", "episodes", {"REC": "E17"}, lambda spot: ended(spot) and age(spot) < 18),
    # came into care this year
    RuleFault("209", "header", {"UPN": "UN1"}, lambda spot: entered(spot) and age(spot) >= 8),
    RuleFault(
        "612",
        "header",
        {"MC_DOB": lambda spot: spot.census.start},
        lambda spot: entered(spot) and girl(spot) and spot.row["MOTHER"] == "0" and age(spot) > 1,
    ),
    RuleFault("101", "header", {"SEX": "X"}, entered),
    RuleFault("103", "header", {"ETHNIC": "XXXX"}, entered),
    RuleFault("168", "header", {"UPN": "B12"}, entered),
    RuleFault("232", "header", {"SEX": "U"}, entered),
    RuleFault("442", "header", {"UPN": None}, entered),
    RuleFault("141", "episodes", {"DECOM": no_day}, lambda spot: entered(spot) and not spot.has("missing")),
    RuleFault("144", "episodes", {"LS": "X1"}, entered),
    RuleFault("145", "episodes", {"CIN": "N0"}, entered),
    RuleFault("146", "episodes", {"PLACE": "X1"}, fostered),
    RuleFault(
        "178",
        "episodes",
        {"PLACE_PROVIDER": "PR9"},
        fostered,
    ),
    RuleFault("222", "episodes", {"PLACE": "R1"}, lambda spot: entered(spot) and spot.row["PLACE"] == "K2"),
    RuleFault(
        "361",
        "episodes",
        {"LS": "L1"},
        entered_early,
    ),
    RuleFault(
        "362",
        "episodes",
        {"LS": "L2"},
        entered_early,
    ),
    RuleFault(
        "363",
        "episodes",
        {"LS": "L3"},
        entered_early,
    ),
    RuleFault("392b", "episodes", {"PL_POST": None}, entered),
    RuleFault(
        "392d",
        "episodes",
        {"PL_POST": lambda spot: spot.row["HOME_POST"]},
        lambda spot: entered(spot) and spot.row["PLACE"] != "P1",
    ),
    RuleFault(
        "526",
        "episodes",
        {"PLACE_PROVIDER": None},
        fostered,
    ),
    RuleFault(
        "529",
        "episodes",
        {"PLACE_PROVIDER": "PR3"},
        fostered,
    ),
    RuleFault(
        "550",
        "episodes",
        {"PLACE_PROVIDER": "PR0"},
        fostered,
    ),
    RuleFault("630", "previous_permanence", {"PREV_PERM": "P1"}, permanence, flags=("episodes",)),
    RuleFault(
        "631",
        "previous_permanence",
        {
            "PREV_PERM": "XX",
            "LA_PERM": lambda spot: spot.census.authority,
            "DATE_PERM": lambda spot: spot.who.child.birth + 1,
        },
        permanence,
    ),
    RuleFault(
        "632",
        "previous_permanence",
        {"DATE_PERM": lambda spot: spot.census.end},
        permanence,
        flags=("previous_permanence", "episodes"),
    ),
    RuleFault("633", "previous_permanence", {"LA_PERM": "XX"}, permanence),
    RuleFault("INT16", "previous_permanence", {"DOB": day_of("DOB", -1)}, permanence),
    RuleFault("INT35", "previous_permanence", where=permanence, change="twice"),
    RuleFault(
        "SW06STG2",
        "social_worker",
        {"SW_DECOM": lambda spot: spot.census.end + 1},
        lambda spot: worker(spot) and entered(spot),
    ),
    # in one place all year
    RuleFault("157", "oc2", {"SDQ_REASON": "SDQ1"}, unscored),
    RuleFault("186", "oc2", {"SDQ_REASON": None}, unscored),
    RuleFault("196", "oc2", {"SDQ_REASON": "XX"}, unscored),
    RuleFault(
        "197B",
        "oc2",
        {"SDQ_SCORE": None, "SDQ_REASON": None},
        lambda spot: settled(spot) and age(spot) in (4, 17),
    ),
    RuleFault("188", "oc2", {"SDQ_REASON": "SDQ3"}, lambda spot: settled(spot) and age(spot) < 3),
    RuleFault("545", "oc2", {"HEALTH_CHECK": None}, lambda spot: settled(spot) and age(spot) < 4),
    RuleFault("542", "oc2", {"CONVICTED": "0"}, lambda spot: settled(spot) and age(spot) < 9),
    RuleFault("543", "oc2", {"CONVICTED": None}, lambda spot: settled(spot) and age(spot) > 10),
    RuleFault("546", "oc2", {"HEALTH_CHECK": "1"}, lambda spot: settled(spot) and age(spot) > 5),
    RuleFault("180", "oc2", {"SDQ_SCORE": "99"}, scored),
    RuleFault("197a", "oc2", {"SDQ_REASON": "SDQ2"}, scored),
    RuleFault("165", "header", {"MOTHER": "0"}, lambda spot: settled(spot) and not girl(spot)),
    RuleFault(
        "393",
        "header",
        {"MOTHER": None},
        lambda spot: settled(spot) and girl(spot) and spot.row["MOTHER"] == "0",
        also={"165": ("header",)},
    ),
    RuleFault("148", "episodes", {"REC": "E4A"}, settled),
    RuleFault("233", "episodes", {"REASON_PLACE_CHANGE": "CARPL"}, settled),
    RuleFault("503A", "episodes", {"RNE": lambda spot: "P" if spot.row["RNE"] != "P" else "B"}, settled),
    RuleFault("503B", "episodes", {"LS": lambda spot: "C2" if spot.row["LS"] != "C2" else "C1"}, settled),
    RuleFault("503C", "episodes", {"CIN": lambda spot: "N8" if spot.row["CIN"] != "N8" else "N1"}, settled),
    RuleFault("503D", "episodes", {"PLACE": "U4"}, lambda spot: settled(spot) and spot.row["PLACE"] == "U6"),
    RuleFault(
        "503E",
        "episodes",
        {"PLACE_PROVIDER": "PR5"},
        lambda spot: settled(spot) and spot.row["PLACE"] == "U4" and spot.row["PLACE_PROVIDER"] != "PR5",
    ),
    RuleFault(
        "503F", "episodes", {"URN": "1234567"}, lambda spot: settled(spot) and spot.row["URN"] is not None
    ),
    RuleFault("181", "oc2", {"TEETH_CHECK": "2"}, settled),
    RuleFault(
        "182",
        "oc2",
        {"TEETH_CHECK": None, "HEALTH_CHECK": "0"},
        lambda spot: settled(spot) and age(spot) < 4,
        also={"191": ("oc2",)},
    ),
    RuleFault("191", "oc2", where=settled, flags=("episodes",), change="gone"),
    RuleFault(
        "192",
        "oc2",
        {"SUBSTANCE_MISUSE": "1"},
        lambda spot: settled(spot) and spot.row["SUBSTANCE_MISUSE"] == "0",
    ),
    RuleFault(
        "193",
        "oc2",
        {"INTERVENTION_RECEIVED": "1"},
        lambda spot: settled(spot) and spot.row["SUBSTANCE_MISUSE"] == "0",
    ),
    RuleFault("INT14", "oc2", {"DOB": day_of("DOB", -1)}, settled),
    RuleFault("INT33", "oc2", where=settled, change="twice"),
    RuleFault(
        "SW17STG2",
        "social_worker",
        {"SW_DEC": lambda spot: spot.census.end - 60},
        lambda spot: worker(spot) and settled(spot) and spot.day("SW_DECOM") < spot.census.end - 60,
    ),
    # any
    RuleFault("SW02STG1", "social_worker", {"SW_ID": "301"}, worker),
    RuleFault("SW13STG1", "social_worker", {"SW_REASON": "XX"}, worker),
    RuleFault(
        "SW01bSTG1",
        "social_worker",
        {"SW_REASON": None},
        lambda spot: worker(spot) and spot.day("SW_DECOM") >= spot.census.start,
        also={"SW13STG1": ("social_worker",)},
    ),
    RuleFault("440", "reviews", {"REVIEW_CODE": "PN0"}, lambda spot: age(spot) > 5),
    RuleFault("441", "reviews", {"REVIEW_CODE": "PN1"}, lambda spot: 0 < age(spot) < 4),
    RuleFault("166", "reviews", {"REVIEW": no_day}),
    RuleFault("167", "reviews", {"REVIEW_CODE": "XX"}),
    RuleFault("INT17", "reviews", {"DOB": day_of("DOB", -1)}, lambda spot: age(spot) > 5),
)
