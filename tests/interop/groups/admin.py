"""AdminEdges.java, compiled once for the run, against each side."""
import pathlib
import subprocess

import group
import kafka
from scene import Scene

SOURCE = pathlib.Path(__file__).resolve().parent / "AdminEdges.java"


def edges(side):
    for topic in ("edges", "edges-other"):
        group.create_topic(side.port, topic, 4)
    side.cast.producer("edges", 40)
    classes = side.folder / "classes"
    done = subprocess.run(["javac", "-nowarn", "-cp", side.tools.class_path, "-d", classes, SOURCE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run(["java", *kafka.TOOL_JVM, f"-Dlog4j2.configurationFile={kafka.HERE / 'log4j2.yaml'}", "-cp",
                           f"{classes}:{side.tools.class_path}", "AdminEdges", side.node.address],
                          capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


STEPS = [Scene("admin", "edges of the Admin client and the consumer", edges)]
