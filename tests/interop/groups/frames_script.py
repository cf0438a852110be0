"""The scenes of raw requests, in their order."""
import frames
import frames_offsets
import scene


def requests_of(name, cases, what=""):
    return scene.Scene("requests", f"{name}{what}", frames.each_version(name, cases))


FIRST = [scene.Scene("requests", "the first FindCoordinator", frames.first_look)]
STEPS = [
    scene.Scene("requests", "topics and stable groups", frames.prepare),
    requests_of("FindCoordinator", frames.coordinator_cases),
    requests_of("JoinGroup", frames.join_cases),
    requests_of("JoinGroup", frames.rejoin_cases, " again"),
    requests_of("OffsetCommit", frames_offsets.commit_cases),
    requests_of("SyncGroup", frames.sync_cases),
    requests_of("Heartbeat", frames.heartbeat_cases),
    requests_of("LeaveGroup", frames.leave_cases),
    requests_of("OffsetFetch", frames_offsets.fetch_cases),
    requests_of("ListGroups", frames.list_cases),
    requests_of("DescribeGroups", frames.describe_cases),
    requests_of("DeleteGroups", frames_offsets.delete_cases),
    requests_of("OffsetDelete", frames_offsets.offset_delete_cases),
    scene.Scene("requests", "offsets that expire", frames_offsets.expiry),
]
