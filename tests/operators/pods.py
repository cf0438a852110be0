"""A StatefulSet's pods, run by podman as their YAML says: command, environment, user, capabilities, mounts, limits, probes. What a
cluster would put in their place is made here: addresses for names, folders for claims, certificates for cert-manager's secrets."""
import concurrent.futures
import contextlib
import os
import socket
import ssl
import subprocess
import time

import ground
import certificates

READY_SECONDS = 90
SUBNET = "10.89.77"


def only(things, kind, name=None):
    found = [each for each in things if each["kind"] == kind and name in (None, each["metadata"]["name"])]
    assert len(found) == 1, f"{len(found)} objects are {kind} {name or ''}"
    return found[0]


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

    def context(self, name):
        """A client's, with the certificate of the secret NAME."""
        found = ssl.create_default_context(cafile=self.made / "root.crt")
        found.load_cert_chain(self.made / f"{name}.pem", self.made / f"{name}.key")
        return found


class Pod:
    def __init__(self, owner, ordinal):
        self.owner, self.name = owner, f"{owner.sts['metadata']['name']}-{ordinal}"
        self.container = f"{owner.mark}-{self.name}"
        self.address = f"{SUBNET}.{10 + ordinal}"
        self.folder = owner.folder / self.name
        self.spec = owner.sts["spec"]["template"]["spec"]
        self.main = self.spec["containers"][0]
        self.security = self.spec["securityContext"]

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
        """Option and source of what is mounted; the files of a projection come from several secrets."""
        if "emptyDir" in volume:
            return None
        if "configMap" in volume:
            return self.write_volume(volume["name"], only(self.owner.things, "ConfigMap", volume["configMap"]["name"])["data"])
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

    def create(self):
        own = self.main["securityContext"]
        assert self.security["runAsNonRoot"] and self.security["runAsUser"] != 0
        options = ["--name", self.container, "--network", self.owner.mark, "--ip", self.address, "--hostname", self.name,
                   "--user", f"{self.security['runAsUser']}:{self.security['runAsGroup']}", "--group-add", self.security["fsGroup"],
                   "--memory", self.main["resources"]["limits"]["memory"].replace("Gi", "g"), *self.mounts()]
        if own.get("readOnlyRootFilesystem"):
            options += ["--read-only", "--read-only-tmpfs=false"]
        if not own.get("allowPrivilegeEscalation", True):
            options += ["--security-opt", "no-new-privileges"]
        options += [part for each in own["capabilities"]["drop"] for part in ("--cap-drop", each)]
        options += [part for name, value in self.environment().items() for part in ("--env", f"{name}={value}")]
        options += [part for name, address in self.owner.names().items() for part in ("--add-host", f"{name}:{address}")]
        command = [*self.main.get("command", []), *self.main.get("args", [])]
        ground.succeed("podman", "create", *options, "--entrypoint", command[0], self.owner.image, *command[1:])

    def start(self):
        ground.succeed("podman", "start", self.container)

    def stop(self):
        """As kubelet stops it; the exit code, and the seconds that it took."""
        began = time.monotonic()
        grace = self.spec["terminationGracePeriodSeconds"]
        ground.succeed("podman", "stop", "--time", grace, self.container, seconds=grace + 60)
        code = ground.succeed("podman", "inspect", "--format", "{{.State.ExitCode}}", self.container)
        return int(code), time.monotonic() - began

    def remove(self):
        ground.run("podman", "rm", "--force", "--time", "1", self.container)

    def said(self):
        done = ground.run("podman", "logs", self.container)
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
            return ground.run("podman", "exec", self.container, *probe["exec"]["command"], seconds=seconds).returncode == 0
        except subprocess.TimeoutExpired:
            return False


class StatefulSet:
    """Of some objects; `with` has its pods running, and takes them away."""

    def __init__(self, world, things, image, name):
        self.things, self.image, self.mark = things, image, f"klamm-{os.getpid()}-{name}"
        self.folder = world.own_folder(name)
        os.chmod(self.folder, 0o755)
        self.sts = only(things, "StatefulSet")
        self.namespace = self.sts["metadata"]["namespace"]
        has_certificates = any(each["kind"] == "Certificate" for each in things)
        self.secrets = Secrets(things, self.folder / "certificates") if has_certificates else None
        self.pods = [Pod(self, ordinal) for ordinal in range(self.sts["spec"]["replicas"])]

    def names(self):
        """What the names of the headless Service and of the one to begin with would lead to."""
        headless = self.sts["spec"]["serviceName"]
        assert only(self.things, "Service", headless)["spec"]["clusterIP"] == "None"
        found = {}
        for pod in self.pods:
            for ending in ("", f".{self.namespace}", f".{self.namespace}.svc", f".{self.namespace}.svc.cluster.local"):
                found[f"{pod.name}.{headless}{ending}"] = pod.address
        return found

    def __enter__(self):
        try:
            ground.succeed("podman", "network", "create", "--subnet", f"{SUBNET}.0/24", self.mark)
            for pod in self.pods:
                pod.create()
            with concurrent.futures.ThreadPoolExecutor(len(self.pods)) as pool:
                list(pool.map(Pod.start, self.pods))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for pod in self.pods:
            pod.remove()
        ground.run("podman", "network", "rm", "--force", self.mark)

    def wait_ready(self, seconds=READY_SECONDS):
        """As kubelet does: first the start, then the rest."""
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            for pod in self.pods:
                try:
                    ground.until(f"{kind} of {pod.name}", lambda: pod.probe(kind), seconds)
                except BaseException:
                    print(pod.said()[-3000:], flush=True)
                    raise
