"""A StatefulSet's pods, and the pod of the tools beside it, run by podman as their YAML says: command, environment, user, capabilities,
mounts, limits, probes. What a cluster would put in their place is made here: a namespace with an address for each pod, /etc/hosts for
the names of Services, folders for claims, certificates for cert-manager's secrets."""
import concurrent.futures
import contextlib
import ctypes
import os
import pathlib
import socket
import ssl
import subprocess
import time

import ground
import certificates
import engine

READY_SECONDS = 90
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
# Behind the ordinals.
TOOLS_NUMBER = 100


def only(things, kind, name=None):
    found = [each for each in things if each["kind"] == kind and name in (None, each["metadata"]["name"])]
    assert len(found) == 1, f"{len(found)} objects are {kind} {name or ''}"
    return found[0]


def go_on_in(namespace):
    """The thread's network is that of an open file from now on, and so is that of threads and programs that it starts."""
    if LIBC.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "cannot enter a network namespace")


class Network:
    """A namespace behind a router for each pod. The router is a namespace, too, which the test's main thread enters."""

    def __init__(self, mark):
        self.mark, self.spaces = mark, []
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)

    def open(self):
        self.add(self.mark)
        router = os.open(f"/run/netns/{self.mark}", os.O_RDONLY)
        try:
            go_on_in(router)
        finally:
            os.close(router)
        ground.succeed("ip", "link", "set", "lo", "up")
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1")

    def add(self, space):
        ground.succeed("ip", "netns", "add", space)
        self.spaces.append(space)

    def space(self, number):
        """The namespace of pod NUMBER, which has its address."""
        space, veth, router = f"{self.mark}-{number}", f"pod{number}", f"10.89.{number}.1"
        self.add(space)
        for words in (f"link add name {veth} type veth peer name eth0 netns {space}", f"addr add {router}/24 dev {veth}",
                      f"link set {veth} up"):
            ground.succeed("ip", *words.split())
        for words in (f"addr add {address_of(number)}/24 dev eth0", "link set eth0 up", "link set lo up",
                      f"route add default via {router}"):
            ground.succeed("ip", "-n", space, *words.split())
        return space

    def close(self):
        go_on_in(self.before)
        os.close(self.before)
        for space in reversed(self.spaces):
            ground.run("ip", "netns", "del", space)


def address_of(number):
    return f"10.89.{number}.2"


class Secrets:
    """What cert-manager would keep for the Certificates among some objects: files by the name of the secret and of the key."""

    def __init__(self, things, folder):
        self.made, self.files = certificates.Authority(folder), {}
        for each in things:
            if each["kind"] == "Certificate":
                self.files[each["spec"]["secretName"]] = self.authority(each) if each["spec"].get("isCA") else self.leaf(each["spec"])

    def authority(self, certificate):
        name = "root" if certificate["spec"]["issuerRef"]["name"].endswith("self-signed") else "intermediate"
        return {"tls.crt": (self.made / f"{name}.crt").read_text(), "tls.key": "the test does not hand this out"}

    def leaf(self, spec):
        names = [f"DNS:{name}" for name in spec.get("dnsNames", [])] + [f"IP:{address}" for address in spec.get("ipAddresses", [])]
        self.made.leaf(spec["secretName"], subject=f"/CN={spec['commonName']}", sans=",".join(names))
        text = {"tls.key": "key", "tls.crt": "pem", "tls-combined.pem": "both.pem"}
        found = {key: (self.made / f"{spec['secretName']}.{ending}").read_text() for key, ending in text.items()}
        wanted = {each["type"] for each in spec.get("additionalOutputFormats", [])}
        if "CombinedPEM" not in wanted:
            del found["tls-combined.pem"]
        return found

    def context(self, name=None):
        """A client's, with the certificate of the secret NAME, or with none."""
        found = ssl.create_default_context(cafile=self.made / "root.crt")
        if name:
            found.load_cert_chain(self.made / f"{name}.pem", self.made / f"{name}.key")
        return found


class Pod:
    """One pod of a name, out of the `spec` that a Pod or a StatefulSet's template has."""

    def __init__(self, owner, name, number, spec):
        self.owner, self.name, self.number, self.spec = owner, name, number, spec
        self.container = f"{owner.mark}-{name}"
        self.address = address_of(number)
        self.folder = owner.folder / name
        self.main = spec["containers"][0]
        self.security = spec["securityContext"]

    def podman(self, *arguments, **options):
        return self.owner.engine.podman(*arguments, **options)

    # --- from the YAML to podman's options

    def environment(self):
        found = {}
        for each in self.main.get("envFrom", []):
            found.update(only(self.owner.things, "ConfigMap", each["configMapRef"]["name"])["data"])
        fields = {"metadata.name": self.name, "metadata.namespace": self.owner.namespace}
        for each in self.main.get("env", []):
            found[each["name"]] = each["value"] if "value" in each else fields[each["valueFrom"]["fieldRef"]["fieldPath"]]
        return found

    def write_volume(self, name, files):
        """A folder as kubelet makes it: the group is fsGroup, which may read."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        for path, text in files.items():
            (folder / path).write_text(text)
            os.chmod(folder / path, 0o440)
            os.chown(folder / path, 0, self.security["fsGroup"])
        os.chmod(folder, 0o755)
        return folder

    def volume(self, volume):
        """The source of what is mounted, None for an empty one; the files of a projection come from several secrets."""
        if "emptyDir" in volume:
            return None
        if "configMap" in volume:
            return self.write_volume(volume["name"], only(self.owner.things, "ConfigMap", volume["configMap"]["name"])["data"])
        if "secret" in volume:
            name = volume["secret"]["secretName"]
            assert name in self.owner.given or volume["secret"].get("optional"), f"there is no secret {name}"
            return self.write_volume(volume["name"], self.owner.given.get(name, {}))
        files = {}
        for source in volume["projected"]["sources"]:
            secret = self.owner.secrets.files[source["secret"]["name"]]
            files.update({item["path"]: secret[item["key"]] for item in source["secret"]["items"]})
        return self.write_volume(volume["name"], files)

    def claim(self, name):
        """An empty disk that fsGroup may write to."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        os.chown(folder, 0, self.security["fsGroup"])
        os.chmod(folder, 0o2775)
        return folder

    def mounts(self):
        volumes = {each["name"]: each for each in self.spec.get("volumes", [])}
        claims = {each["metadata"]["name"] for each in self.owner.sts["spec"].get("volumeClaimTemplates", [])}
        options = []
        for mount in self.main["volumeMounts"]:
            source = self.claim(mount["name"]) if mount["name"] in claims else self.volume(volumes[mount["name"]])
            if source is None:
                options += ["--tmpfs", f"{mount['mountPath']}:rw,mode=1777"]
            else:
                options += ["--volume", f"{source}:{mount['mountPath']}:{'ro' if mount.get('readOnly') else 'rw'}"]
        return options

    def hosts(self):
        """As kubelet and a cluster's DNS together would have it."""
        path = self.folder / "hosts"
        lines = [f"{address} {name}" for name, address in self.owner.names().items()]
        path.write_text("\n".join(["127.0.0.1 localhost", f"{self.address} {self.name}", *lines]) + "\n")
        path.chmod(0o644)
        return path

    def limits(self):
        """A limit where this machine can hold a container to one."""
        made = self.owner.engine
        if made.limited is None:
            return made.cgroups
        return [*made.limited, "--memory", self.main["resources"]["limits"]["memory"].replace("Gi", "g").replace("Mi", "m")]

    def create(self):
        own = self.main["securityContext"]
        assert self.security["runAsNonRoot"] and self.security["runAsUser"] != 0
        self.folder.mkdir()
        options = ["--name", self.container, "--network", f"ns:/run/netns/{self.owner.network.space(self.number)}", "--hostname", self.name,
                   "--volume", f"{self.hosts()}:/etc/hosts:ro", "--user", f"{self.security['runAsUser']}:{self.security['runAsGroup']}",
                   "--group-add", self.security["fsGroup"], "--log-driver", "k8s-file", "--no-healthcheck", *self.limits(), *self.mounts()]
        if own.get("readOnlyRootFilesystem"):
            options += ["--read-only", "--read-only-tmpfs=false"]
        if not own.get("allowPrivilegeEscalation", True):
            options += ["--security-opt", "no-new-privileges"]
        options += [part for each in own["capabilities"]["drop"] for part in ("--cap-drop", each)]
        options += [part for name, value in self.environment().items() for part in ("--env", f"{name}={value}")]
        command = [*self.main.get("command", []), *self.main.get("args", [])]
        self.podman("create", *options, "--entrypoint", command[0], engine.IMAGE, *command[1:])

    def start(self):
        self.podman("start", self.container)

    def stop(self):
        """As kubelet stops it; the exit code, and the seconds that it took."""
        began = time.monotonic()
        grace = self.spec["terminationGracePeriodSeconds"]
        self.podman("stop", "--time", grace, self.container, seconds=grace + 60)
        code = self.podman("inspect", "--format", "{{.State.ExitCode}}", self.container).stdout
        return int(code), time.monotonic() - began

    def remove(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.podman("rm", "--force", "--volumes", "--time", "1", self.container, check=False)

    def execute(self, *command, seconds=60):
        """What `kubectl exec` would run in it."""
        return self.podman("exec", self.container, *command, seconds=seconds, check=False)

    def said(self):
        done = self.podman("logs", self.container, check=False)
        return done.stdout + done.stderr

    # --- probes, as kubelet makes them

    def port(self, name):
        return name if isinstance(name, int) else next(each["containerPort"] for each in self.main["ports"] if each["name"] == name)

    def probe(self, kind):
        """Whether startupProbe, livenessProbe or readinessProbe finds the pod well."""
        probe = self.main[kind]
        seconds = probe.get("timeoutSeconds", 1)
        if "httpGet" in probe:
            port = self.port(probe["httpGet"]["port"])
            status, _ = ground.get(f"http://{self.address}:{port}{probe['httpGet']['path']}", seconds)
            return status is not None and 200 <= status < 400
        if "tcpSocket" in probe:
            with contextlib.suppress(OSError), socket.create_connection((self.address, self.port(probe["tcpSocket"]["port"])), seconds):
                return True
            return False
        try:
            return self.execute(*probe["exec"]["command"], seconds=seconds).returncode == 0
        except subprocess.TimeoutExpired:
            return False


class StatefulSet:
    """Of some objects; `with` has its pods running, and takes them away. `given` are secrets that nobody makes but an operator: files by
    name and key. `tools` is the pod of the tools, where there is one."""

    def __init__(self, world, made, things, name, given=None):
        self.engine, self.things, self.mark = made, things, f"klamm-{os.getpid()}-{name}"
        self.folder, self.given = world.own_folder(name), given or {}
        self.sts = only(things, "StatefulSet")
        self.namespace = self.sts["metadata"]["namespace"]
        has_certificates = any(each["kind"] == "Certificate" for each in things)
        self.secrets = Secrets(things, self.folder / "certificates") if has_certificates else None
        self.pods = [Pod(self, f"{self.sts['metadata']['name']}-{ordinal}", ordinal, self.sts["spec"]["template"]["spec"])
                     for ordinal in range(self.sts["spec"]["replicas"])]
        alone = [each for each in things if each["kind"] == "Pod"]
        self.tools = Pod(self, alone[0]["metadata"]["name"], TOOLS_NUMBER, alone[0]["spec"]) if alone else None
        self.network = Network(self.mark)

    @property
    def everybody(self):
        return [*self.pods, *([self.tools] if self.tools else [])]

    def names(self):
        """What the names of the headless Service and of the one to begin with would lead to; the latter to any pod, here to the first."""
        headless = self.sts["spec"]["serviceName"]
        assert only(self.things, "Service", headless)["spec"]["clusterIP"] == "None"
        bare = {f"{pod.name}.{headless}": pod.address for pod in self.pods}
        bare[only(self.things, "Service", "klamm-bootstrap")["metadata"]["name"]] = self.pods[0].address
        endings = ("", f".{self.namespace}", f".{self.namespace}.svc", f".{self.namespace}.svc.cluster.local")
        return {name + ending: address for name, address in bare.items() for ending in endings}

    def __enter__(self):
        try:
            self.network.open()
            for pod in self.everybody:
                pod.create()
            with concurrent.futures.ThreadPoolExecutor(len(self.everybody)) as pool:
                list(pool.map(Pod.start, self.everybody))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for pod in self.everybody:
            pod.remove()
        self.network.close()

    def wait_ready(self, seconds=READY_SECONDS):
        """As kubelet does: first the start, then the rest."""
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            for pod in self.pods:
                try:
                    ground.until(f"{kind} of {pod.name}", lambda: pod.probe(kind), seconds)
                except BaseException:
                    print(pod.said()[-3000:], flush=True)
                    raise
