"""Topics that are made on the way: who has one made by asking for it, what is answered, and whether it is there afterwards.

The nodes have `auto.create.topics.enable=true`. A topic that is missing is made by Metadata, with the rights of who asks; the
topic of offsets also by FindCoordinator, as the broker's own work. `plays(quick)` gives (the set of entries, the entries,
what plays them on a side).

Kafka makes topics behind its answer. So that "it is not there" can be said at all, the super user has a last topic made the
same way: a broker of Kafka asks its controller for one thing after the other, and what has been asked for before is decided
when the last one is there.
"""
import itertools

from matrix_side import ASKS, ALLOW, BROKER, CLUSTER, DENY, GROUP, LITERAL, NAMES, PREFIXED, TOPIC, entry, everything, until

ALL, READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, ALTER_CONFIGS = 2, 3, 4, 5, 6, 7, 8, 11
ASKER = ASKS[BROKER]
PREFIX, OFFSETS = "matrix-made", "__consumer_offsets"
ASKED_AGAIN, AFTERWARDS = ", asked again", ", afterwards"
WAITS = "docs/decisions/002 and 007: the first answer waits, and is the one that Kafka gives to the second"
METADATA, FIND_COORDINATOR = range(14), range(7)
# Kinds of requests: what is asked for besides, and whether a topic may be made.
KINDS = (("of a topic to be made", [], True), ("of a topic that is not to be made", [], False),
         ("of a topic to be made, one that is there and another", ["matrix-topic", "matrix-other"], True))


def again(cell):
    name, version, what = cell
    return name, version, what + ASKED_AGAIN


def made_name(version, kind):
    return f"{PREFIX}-{version}-{kind}"


EVERY_NAME = [made_name(version, kind) for version in METADATA for kind in range(len(KINDS))]


def on_topics(operation, where, permission=ALLOW):
    names, pattern = {"literal": (EVERY_NAME, LITERAL), "prefixed": ([PREFIX], PREFIXED), "any": (["*"], LITERAL),
                      "elsewhere": (["matrix-elsewhere"], LITERAL), "shorter": (["matrix-mad"], LITERAL)}[where]
    return [entry(TOPIC, name, pattern, operation, permission) for name in names]


def on_cluster(operation, permission=ALLOW):
    return [entry(CLUSTER, NAMES[CLUSTER], LITERAL, operation, permission)]


def allowing(operation, where):
    return on_cluster(operation) if where == "cluster" else on_topics(operation, where)


def sets_about_topics(quick):
    """(name, entries): who may describe and create the topics to be made, and by which kind of entry."""
    patterns = ("literal", "prefixed") if quick else ("literal", "prefixed", "any", "elsewhere", "shorter")
    yield "nothing", []
    for where in patterns:
        yield f"Describe {where}", on_topics(DESCRIBE, where)
    for where in ("cluster", *patterns):
        yield f"Create {where}", allowing(CREATE, where)
    for described, created in itertools.product(patterns[:3], ("cluster", *patterns)):
        yield f"Describe {described}, Create {created}", on_topics(DESCRIBE, described) + allowing(CREATE, created)
    for operation in (ALL, READ, WRITE, DELETE, ALTER, ALTER_CONFIGS):
        yield f"{operation} literal", on_topics(operation, "literal")
        yield f"{operation} literal, Create literal", on_topics(operation, "literal") + on_topics(CREATE, "literal")
    for operation in (ALL, ALTER):
        yield f"{operation} cluster, Describe literal", on_cluster(operation) + on_topics(DESCRIBE, "literal")
    yield "everything", everything(ASKER)
    for operation, where in itertools.product((ALL, CREATE, DESCRIBE, READ), ("literal", "prefixed")):
        yield f"everything but {operation} {where}", everything(ASKER) + on_topics(operation, where, DENY)
    for operation in (ALL, CREATE):
        yield f"everything but {operation} cluster", everything(ASKER) + on_cluster(operation, DENY)
        rest = on_cluster(operation, DENY) + on_topics(CREATE, "prefixed", DENY)
        yield f"everything but {operation} cluster and Create prefixed", everything(ASKER) + rest
    both = on_topics(DESCRIBE, "prefixed") + on_topics(CREATE, "prefixed")
    yield "another host", [{**one, "host": "10.9.9.9"} for one in both]
    yield "somebody else", [{**one, "principal": "User:other"} for one in both]
    yield "anybody", [{**one, "principal": "User:*"} for one in both]


def sets_about_offsets():
    """(name, entries): who may ask for the coordinator of a group, and for the topic of offsets by its name."""
    def on_group(operation, pattern=LITERAL, permission=ALLOW, name=NAMES[GROUP]):
        return [entry(GROUP, name, pattern, operation, permission)]

    def on_offsets(operation, permission=ALLOW):
        return [entry(TOPIC, OFFSETS, LITERAL, operation, permission)]
    yield "nothing", []
    yield "Describe group", on_group(DESCRIBE)
    yield "Describe group prefixed", on_group(DESCRIBE, PREFIXED, name="matrix")
    yield "Read group any", on_group(READ, name="*")
    yield "Create cluster", on_cluster(CREATE)
    yield "Describe group, not Create", on_group(DESCRIBE) + on_cluster(CREATE, DENY) + on_offsets(CREATE, DENY)
    yield "Describe offsets", on_offsets(DESCRIBE)
    yield "Create offsets", on_offsets(CREATE)
    yield "Describe and Create offsets", on_offsets(DESCRIBE) + on_offsets(CREATE)
    yield "Describe offsets, Create cluster", on_offsets(DESCRIBE) + on_cluster(CREATE)
    yield "everything", everything(ASKER)
    yield "everything but Describe group", everything(ASKER) + on_group(DESCRIBE, permission=DENY)
    yield "everything but Describe offsets", everything(ASKER) + on_offsets(DESCRIBE, DENY)
    yield "everything but Create offsets and cluster", everything(ASKER) + on_offsets(CREATE, DENY) + on_cluster(CREATE, DENY)


def there(side):
    """Whether each topic that there is has a leader, by name."""
    answer = side.admin.call("Metadata", 12, topics=None)
    return {topic["name"]: not any(part["error_code"] for part in topic["partitions"]) for topic in answer["topics"]}


def settled(side):
    """The topics that there are once all that was asked for has been decided."""
    side.last = getattr(side, "last", 0) + 1
    name = f"matrix-last-{side.last}"
    side.admin.call("Metadata", 12, topics=[{"name": name}], allow_auto_topic_creation=True)

    def all_ready():
        topics = there(side)
        return name in topics and all(topics.values()) and topics
    return until("the last topic", all_ready)


def clear(side):
    """Deletes all but the topic that is always there."""
    names = [name for name in there(side) if name != "matrix-topic"]
    answer = side.admin.call("DeleteTopics", 6, timeout_ms=10_000, topics=[{"name": name} for name in names])
    assert not any(each["error_code"] for each in answer["responses"]), answer
    until("the topics to be gone", lambda: not there(side).keys() & names)


def metadata(names, creates):
    return {"topics": [{"name": name} for name in names], "allow_auto_topic_creation": creates,
            "include_cluster_authorized_operations": True, "include_topic_authorized_operations": True}


def play_topics(side, entries):
    """Each version asks for topics of its own, so that all can be asked before it is seen which are there."""
    if "matrix-topic" not in side.ids:
        side.create("matrix-topic")
    side.put(entries)
    asked, noted = [], {}
    for version, (kind, (what, besides, creates)) in itertools.product(METADATA, enumerate(KINDS)):
        if creates or version >= 4:  # before that a topic may always be made
            made = made_name(version, kind)
            fields = metadata([made, *(f"{name}-{version}" if name == "matrix-other" else name for name in besides)], creates)
            asked.append((("Metadata", version, "Metadata " + what), made, fields))

    def ask(made, version, fields):
        return side.ask("Metadata", version, fields).replace(made, "<made>").replace(f"matrix-other-{version}", "<other>")
    for cell, made, fields in asked:
        noted[cell] = ask(made, cell[1], fields)
    topics = settled(side)
    for (name, version, what), made, fields in asked:
        other = f"matrix-other-{version}"
        held = [text for one, text in ((made, "<made>"), (other, "<other>")) if one in topics and one in repr(fields)]
        noted[name, version, what + AFTERWARDS] = f"there: {held}"
        noted[name, version, what + ASKED_AGAIN] = ask(made, version, fields)
    settled(side)
    clear(side)
    return noted


def play_offsets(side, entries):
    """The topic of offsets, which is made and deleted again by each request."""
    side.put(entries)
    if OFFSETS in there(side):
        clear(side)
    noted = {}
    group = {"key": NAMES[GROUP], "coordinator_keys": [NAMES[GROUP]]}
    several = {"coordinator_keys": ["matrix-other", NAMES[GROUP]]}
    requests = [("FindCoordinator", version, "FindCoordinator", group) for version in FIND_COORDINATOR]
    requests += [("FindCoordinator", version, "FindCoordinator of two", several) for version in FIND_COORDINATOR if version >= 4]
    requests += [("Metadata", version, "Metadata of the topic of offsets", metadata([OFFSETS], True)) for version in METADATA]
    for name, version, what, fields in requests:
        noted[name, version, what] = side.ask(name, version, fields)
        noted[name, version, what + AFTERWARDS] = "there" if OFFSETS in settled(side) else "not there"
        noted[name, version, what + ASKED_AGAIN] = side.ask(name, version, fields)
        settled(side)
        clear(side)
    return noted


def plays(quick):
    for what, entries in sets_about_topics(quick):
        yield what, entries, play_topics
    for what, entries in sets_about_offsets():
        yield f"offsets: {what}", entries, play_offsets
