"""Components of judgements, and contradictions with the weakest edge named."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.engines.resolution.clusters import (
    Contradiction,
    Edge,
    components,
    contradictions,
    firmest_path,
    neighbours,
)

RECORDS = range(7)
pairs = st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(
    lambda pair: pair[0] != pair[1]
)
edges = st.lists(
    st.builds(
        lambda pair, strength: Edge(*pair, (float(strength),)),
        pairs,
        st.integers(0, 9),
    ),
    max_size=12,
)


def reachable(start, same):
    """Flood from one record: another way to the same sets."""
    found, front = {start}, [start]
    while front:
        here = front.pop()
        for edge in same:
            if here in (edge.first, edge.second) and edge.other(here) not in found:
                found.add(edge.other(here))
                front.append(edge.other(here))
    return frozenset(found)


@given(edges)
@settings(max_examples=60)
def test_components_are_what_flooding_finds(same):
    found = components(RECORDS, same)
    assert set(found) == {reachable(record, same) for record in RECORDS}
    assert sorted(record for group in found for record in group) == list(RECORDS)


@given(edges, st.randoms())
@settings(max_examples=40)
def test_the_order_of_judgements_does_not_matter(same, chance):
    shuffled = list(same)
    chance.shuffle(shuffled)
    assert set(components(RECORDS, same)) == set(components(RECORDS, shuffled))


@given(edges, edges)
@settings(max_examples=60)
def test_a_contradiction_is_a_different_inside_a_component(same, different):
    found = contradictions(same, different)
    expected = [
        edge for edge in different if edge.second in reachable(edge.first, same)
    ]
    assert [one.different for one in found] == expected
    for one in found:
        here = one.different.first
        for step in one.path:
            assert here in (step.first, step.second)
            here = step.other(here)
        assert here == one.different.second
        assert one.weakest.strength == min(
            edge.strength for edge in (*one.path, one.different)
        )


@given(edges)
@settings(max_examples=60)
def test_no_other_way_has_a_firmer_weakest_step(same):
    """Dropping all edges below a limit keeps two records connected up to that limit."""
    at = neighbours(same)
    for first, second in combinations(RECORDS, 2):
        path = firmest_path(first, second, at)
        if path is None:
            assert second not in reachable(first, same)
            continue
        weakest = min(edge.strength for edge in path)
        firmer = [edge for edge in same if edge.strength > weakest]
        assert second not in reachable(first, firmer)


def test_three_records_in_contradiction_name_the_weakest_edge():
    microscopy, number = (9.0, 0.0), (6.0, 14.2)
    ab = Edge("A", "B", microscopy, "ab")
    bc = Edge("B", "C", number, "bc")
    ac = Edge("A", "C", (8.0, 0.0), "ac")
    [found] = contradictions([ab, bc], [ac])
    assert found == Contradiction(ac, (ab, bc))
    assert found.weakest.key == "bc"


def test_without_a_connection_nothing_contradicts():
    assert contradictions([Edge(1, 2)], [Edge(1, 3)]) == []
    assert components([1, 2], []) == [frozenset({1}), frozenset({2})]
