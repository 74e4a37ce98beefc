# ruff: noqa: E501, SIM905 (tables of words and of sentences)
"""Appendices of the long report: registers and site sheets from seeded tables, one fact a cell, nothing repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

WORKS = (
    "Skelbeck Dunmoor Tarn-Hill Harrow-Weir Cawl-Spring Orrin-North Orrin-South Gallows-Knowe Lower-Lathom "
    "Port-Callan Thistle-Rigg Staneford Easter-Moss Whinny-Bank"
).split()
SEWAGE = "Marram-Point Crow-Lane Lathom-Meadows Ferry-Lane Staneford Skelbeck-Mill Easter-Moss Orrin-Bridge Kelder".split()
MANAGERS = (
    "Aileen Forsyth|Bertil Ekström|Conor Malley|Dilys Pritchard|Emeka Obi|Frances Lockhart|Gareth Penrose|Hanne Vik|"
    "Isla Drummond|Jakub Novotny|Keira Standish|Lorenzo Bassi|Mhairi Sinclair|Nadim Haddad|Olwen Rhys|Petra Hovland|"
    "Quentin Ashby|Roisin Kearney|Stellan Berg|Tamsin Hale|Una Gillespie|Viktor Lazar|Wilma Strand"
).split("|")
STEPS = ("slow sand filters", "rapid gravity filters", "ultrafiltration membranes", "dissolved air flotation")
REMARKS = (
    "The intake screen was cleaned by divers in {month}, and {n} kilograms of weed were removed.",
    "A visit of the inspectorate in {month} led to {k} recommendations, all of which have been carried out.",
    "The standby generator ran for {n} hours, most of them in {month}, when the overhead line was renewed.",
    "The roof of the chemical store was repaired in {month} at a cost of £{n},400.",
    "In {month} the flow meter at the outlet was found to read {k} percent too high and was replaced.",
    "Neighbours complained {k} times about noise from the blowers; a hood was fitted in {month}.",
    "An otter was filmed at the outfall in {month}, the first for {n} years.",
    "The access road was flooded on {k} days in {month}, and staff came by boat.",
    "The dosing pump for caustic soda was exchanged in {month} after {n} months of service.",
    "A school class of {n} pupils was shown round in {month}.",
    "Thieves took {n} metres of earthing cable in {month}; the fence has been raised.",
    "The control software was renewed in {month}, which took the site out of remote operation for {n} hours.",
    "An exercise in {month} showed that the site can be run by hand for {n} hours.",
    "The lease of the neighbouring field, {n} hectares, was extended in {month} by {k} years.",
    "Lightning damaged {k} level sensors in {month}; the insurer paid £{n},150.",
)
MONTHS = "January February March April May June July August September October November December".split()
STREETS = (
    "Abbey Row|Beck Lane|Castle Wynd|Drovers Way|Elm Terrace|Fuller Street|Glebe Road|Hawthorn Rise|Inkerman Street|"
    "Jubilee Park|Kiln Hill|Larch Avenue|Millrace|Northgate|Orchard Close|Paddock Lane|Quarry Road|Ropewalk|Shore Street|"
    "Tithe Barn|Union Place|Viaduct Road|Weavers Yard|Yarrow Court|Almond Grove|Bellfield|Cobbler's Entry|Dean Path|"
    "Esplanade|Foundry Lane|Granary Quay|Holm Street|Ivy Bank"
).split("|")
CAUSES = ("a blockage of wet wipes", "a blockage of fat", "tree roots", "a failed pump", "a collapsed pipe", "a power cut")


def _name(word: str) -> str:
    return word.replace("-", " ")


def _remarks(rng: random.Random, count: int) -> str:
    picked = rng.sample(REMARKS, count)
    return " ".join(
        t.format(month=rng.choice(MONTHS), n=rng.randrange(12, 96), k=rng.randrange(2, 9)) for t in picked
    )


def treatment_sheets(rng: random.Random) -> Iterator[str]:
    """One paragraph of prose and one of figures for each of the 14 treatment works."""
    yield "# Appendix A: Sheets of the treatment works"
    for i, work in enumerate(WORKS):
        yield f"## A{i + 1}. {_name(work)}"
        yield (
            f"The works at {_name(work)} was opened in {rng.randrange(1931, 2012)} and is managed by {MANAGERS[i]}. "
            f"It treats water with {rng.choice(STEPS)} and can deliver {rng.randrange(31, 240) / 10} megalitres a day; "
            f"the mean of 2025 was {rng.randrange(52, 94)} percent of this. The works has {rng.randrange(3, 19)} staff "
            f"and serves {rng.randrange(24, 610) * 100:,} people."
        )
        yield (
            f"It used {rng.randrange(310, 890)} watt hours of electricity and {rng.randrange(21, 68)} grams of coagulant "
            f"for each cubic metre. {rng.randrange(1100, 5200):,} samples were taken here. {_remarks(rng, 8)} "
            f"The next overhaul is planned for {rng.choice(MONTHS)} {rng.randrange(2026, 2029)}."
        )


def sewage_sheets(rng: random.Random) -> Iterator[str]:
    """One paragraph for each of the nine wastewater works."""
    yield "# Appendix C: Sheets of the wastewater works"
    for i, work in enumerate(SEWAGE):
        yield f"## C{i + 1}. {_name(work)}"
        yield (
            f"{_name(work)} receives the wastewater of {rng.randrange(31, 900) * 100:,} people and is managed by "
            f"{MANAGERS[len(WORKS) + i]}. Its permit allows {rng.randrange(8, 26)} milligrams of suspended solids and "
            f"{rng.randrange(11, 60) / 10} milligrams of ammonia a litre; the means of 2025 were {rng.randrange(30, 80) / 10} "
            f"and {rng.randrange(2, 10) / 10}. {_remarks(rng, 8)} Sludge is collected {rng.randrange(1, 6)} times a week."
        )


def projects(rng: random.Random) -> Iterator[str]:
    """Table of the capital projects over one million pounds; the three largest are those of chapter 10."""
    yield "# Appendix B: Capital projects over one million pounds"
    yield "| Number | Project | Spent to date | Finish |"
    yield "| K-101 | Link main from Skelbeck | £31.7 million | 16 May 2025 |"
    yield "| K-102 | Tank at Lathom Meadows | £12.2 million | August 2025 |"
    yield "| K-103 | Membranes at Dunmoor | £9.8 million | April 2025 |"
    kinds = ("new pumps at", "relining of the filters at", "renewal of the switchboard at", "second tank at", "rising main of")
    sites = [_name(w) for w in WORKS[3:] + SEWAGE[3:]]
    for i, site in enumerate(sites):
        cost = rng.randrange(104, 790) / 100
        yield (
            f"| K-{104 + i} | {kinds[i % len(kinds)].capitalize()} {site} | £{cost:.2f} million | "
            f"{rng.choice(MONTHS)} {rng.choice((2025, 2026, 2026, 2027))} |"
        )


def interruptions(rng: random.Random) -> Iterator[str]:
    """Register of the 22 bursts that interrupted the supply to more than 500 properties."""
    yield "# Appendix D: Interruptions to more than 500 properties"
    yield "| Date | Place | Main | Properties | Hours | Repair by |"
    yield "| 9 January | Cutlers Bridge | 600 mm cast iron, 1931 | 6,800 | 11.0 | depot Orrin |"
    day = date(2025, 1, 12)
    for street in rng.sample(STREETS, 21):
        day += timedelta(days=rng.randrange(6, 25))
        day = min(day, date(2025, 12, 30))
        size, laid = rng.choice((150, 200, 250, 300, 450)), rng.randrange(1904, 1989)
        material = "cast iron" if laid < 1960 else "asbestos cement" if laid < 1975 else "ductile iron"
        yield (
            f"| {day.day} {MONTHS[day.month - 1]} | {street} | {size} mm {material}, {laid} | "
            f"{rng.randrange(51, 310) * 10:,} | {rng.randrange(14, 99) / 10} | depot {rng.choice(('Orrin', 'Callan', 'Skelbeck'))} |"
        )


def pollution(rng: random.Random) -> Iterator[str]:
    """Register of the 33 pollution incidents: 21 blockages, as chapter 6.3 says, 17 of them with wipes."""
    yield "# Appendix E: Pollution incidents from sewers"
    causes = [CAUSES[0]] * 17 + [CAUSES[1]] * 4 + [rng.choice(CAUSES[2:]) for _ in range(11)]
    rng.shuffle(causes)
    day, number = date(2025, 1, 4), 0
    streets = iter(rng.sample([s for s in STREETS], 32))
    fixed_done = False
    for cause in causes:
        day += timedelta(days=rng.randrange(5, 16))
        if not fixed_done and day > date(2025, 6, 19):
            number, fixed_done = number + 1, True
            yield f"E{number}. 19 June, Tanner's Row, category 2: a collapsed sewer discharged into the Lathom brook for nine hours; about 340 fish died."
        number += 1
        yield (
            f"E{number}. {day.day} {MONTHS[day.month - 1]}, {next(streets)}, category {rng.choice((3, 3, 4))}: {cause} caused a "
            f"discharge of about {rng.randrange(2, 120)} cubic metres in {rng.randrange(20, 400)} minutes; it was reported by "
            f"{rng.choice(('a walker', 'an angler', 'our own crew', 'a resident', 'the council'))} and stopped by crew {rng.randrange(1, 15)}. "
            f"Clean-up cost £{rng.randrange(9, 240) * 50:,}."
        )


def pumping_stations(rng: random.Random) -> Iterator[str]:
    """Table of the 61 pumping stations."""
    yield "# Appendix F: Pumping stations"
    yield "| No. | Station | Pumps | Head in metres | Energy in MWh | Last inspection |"
    firsts, seconds = "Ash Birch Cold Deer Fell Grey Hind Keld Long Moss Nether Raven Stony".split(), "holm rigg ford garth side".split()
    names = [f + s for f in firsts for s in seconds]
    rng.shuffle(names)
    for i, name in enumerate([*names[:60], "Mill Bank"]):
        inspected = date(2025, 1, 6) + timedelta(days=rng.randrange(355))
        yield (
            f"| {i + 1} | {name} | {rng.randrange(2, 7)} | {rng.randrange(14, 168)} | {rng.randrange(31, 2400):,} | "
            f"{inspected.day} {MONTHS[inspected.month - 1]} |"
        )


def drought_group(rng: random.Random) -> Iterator[str]:
    """Notes of the 28 weekly meetings of the drought group; the dates of the measures are those of chapter 3.1."""
    yield "# Appendix G: Notes of the drought group"
    fixed = {
        date(2025, 6, 2): "Level one, appeals to the public, is declared today.",
        date(2025, 7, 21): "Level two, night-time pressure reduction, is declared today.",
        date(2025, 8, 25): "Level three is prepared for 1 September; the notice to newspapers is ready.",
        date(2025, 9, 1): "Level three is not declared, because the transfer from Skelbeck holds the level at Lower Dunmoor.",
        date(2025, 10, 6): "Rain since 3 October; the group keeps level two for the time being.",
        date(2025, 10, 20): "Level two ends today. The group dissolves itself and thanks the leakage teams.",
    }
    topics = (
        "{who} reports that {n} farms asked for tankers; {k} were served.",
        "{who} will ask the golf clubs to stop watering; {k} of {n} have agreed so far.",
        "{n} new leaks were found during the week, and {k} crews were moved to night work.",
        "The fish rescue at the upper pools moved {n} trout; {who} keeps the list.",
        "The call centre had {n}0 calls about low pressure; {who} prepares an answer for the web page.",
        "{who} warns of algae; samples are taken {k} times a week until further notice.",
        "The compensation flow was reduced to {n} litres a second with the consent of the authority.",
        "{who} orders {n} temporary pumps for the dead storage, to be delivered within {k} days.",
        "A fire on the moor used {n} tankers of water from the hydrants; {who} claims the cost.",
        "The radio carried {k} interviews; {who} reports {n} offers of help from residents.",
    )
    day, number = date(2025, 4, 14), 0
    while day <= date(2025, 10, 20):
        number += 1
        if day <= date(2025, 9, 28):
            level = 79.5 - (day - date(2025, 4, 14)).days * (79.5 - 34.6) / 167
        else:
            level = 34.9 + max(0, (day - date(2025, 10, 3)).days) * 0.6
        lines = [t.format(who=rng.choice(MANAGERS), n=rng.randrange(11, 90), k=rng.randrange(2, 11)) for t in rng.sample(topics, 5)]
        yield (
            f"G{number}. {day.day} {MONTHS[day.month - 1]} 2025. Reservoirs {level:.1f} percent. "
            + " ".join([fixed[day], *lines[:3]] if day in fixed else lines)
        )
        day += timedelta(days=7)


def appendices(seed: int = 1884) -> str:
    """All appendices in the markup of samples/make/text."""
    rng = random.Random(seed)
    parts = (treatment_sheets, projects, sewage_sheets, interruptions, pollution, pumping_stations, drought_group)
    return "\n".join(line for part in parts for line in part(rng)) + "\n"
