"""The clients that make the load, compiled anew when their sources are younger: C++ against librdkafka, Java against Kafka's jars."""
import pathlib
import shlex
import shutil
import subprocess

import kafka

HERE = pathlib.Path(__file__).resolve().parent
OWN = kafka.ROOT / "build/interop/cluster"
MEMBER_SOURCE = kafka.ROOT / "tests/clients/group_member.cc"
SETTINGS = kafka.ROOT / "tests/clients/librdkafka_settings.h"  # which both include


def is_fresh(target, *sources):
    return target.exists() and all(target.stat().st_mtime > source.stat().st_mtime for source in sources)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr[-2000:]}")
    return done.stdout


class Programs:
    """`reason` says why there are no clients of librdkafka, where there are none."""

    def __init__(self, tools, build):
        OWN.mkdir(parents=True, exist_ok=True)
        self.tools, self.reason = tools, ""
        self.producer = self.compiled(HERE / "steady_producer.cc")
        built = pathlib.Path(build) / "tests/klamm_group_member"
        self.member = built.resolve() if built.exists() else self.compiled(MEMBER_SOURCE)
        self.classes = self.compiled_java(HERE / "SteadyClient.java")

    def compiled(self, source):
        target = OWN / source.stem
        if is_fresh(target, source, SETTINGS):
            return target
        if shutil.which("g++") is None or shutil.which("pkg-config") is None:
            self.reason = "there is no g++ or no pkg-config"
            return None
        if subprocess.run(["pkg-config", "--exists", "rdkafka"]).returncode:
            self.reason = "librdkafka is not there (librdkafka-dev)"
            return None
        flags = shlex.split(run("pkg-config", "--cflags", "--libs", "rdkafka"))
        run("g++", "-std=c++20", "-O1", "-I", kafka.ROOT, source, "-o", target, *flags, "-pthread")
        return target

    def compiled_java(self, source):
        classes = OWN / "classes"
        if not is_fresh(classes / f"{source.stem}.class", source):
            run("javac", "-nowarn", "-cp", self.tools.class_path, "-d", classes, source)
        return classes

    def java(self, *arguments):
        """A command for one of the roles of SteadyClient."""
        return ["java", *kafka.TOOL_JVM, f"-Dlog4j2.configurationFile={kafka.HERE / 'log4j2.yaml'}", "-cp",
                f"{self.classes}:{self.tools.class_path}", "SteadyClient", *map(str, arguments)]
