"""Kubernetes' own schemas, and those of the objects of cert-manager and of the Prometheus operator; and whether an object fits its own.

They are files of public Go modules, which `go mod download` fetches. A field that a schema does not know is a complaint: the API
server would drop it.
"""
import json
import pathlib
import re
import shutil

import ground

KUBERNETES = ("k8s.io/kubernetes", "v1.32.4", "api/openapi-spec/swagger.json")
# The objects that config/kubernetes has of them; the others' schemas are long.
OTHERS = [("github.com/cert-manager/cert-manager", "v1.19.1", "deploy/crds/cert-manager.io_*.yaml"),
          ("github.com/prometheus-operator/prometheus-operator", "v0.80.0",
           "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"),
          ("github.com/prometheus-operator/prometheus-operator", "v0.80.0",
           "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml")]


def missing():
    """Why there are none; empty where they can be had."""
    return "there is no go, which fetches the schemas" if shutil.which("go") is None else ""


def module(path, version):
    """The folder of a module of Go's proxy."""
    done = ground.run("go", "mod", "download", "-json", f"{path}@{version}", seconds=600, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{path}@{version} cannot be had: {(done.stdout + done.stderr)[-500:]}")
    return pathlib.Path(json.loads(done.stdout)["Dir"])


class Schemas:
    """`complaints(an object)` are sentences; none when it fits."""

    def __init__(self):
        path, version, name = KUBERNETES
        self.definitions = json.loads((module(path, version) / name).read_text())["definitions"]
        self.kinds = {}
        for schema in self.definitions.values():
            for each in schema.get("x-kubernetes-group-version-kind", []):
                version = "/".join(part for part in (each["group"], each["version"]) if part)
                self.kinds[(version, each["kind"])] = schema
        yaml = ground.yaml()
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for path, version, names in OTHERS:
            files = sorted(module(path, version).glob(names))
            if not files:
                raise RuntimeError(f"{path}@{version} has no {names}")
            for file in files:
                for document in yaml.load_all(file.read_text(), loader):
                    if document:
                        self.add(document)

    def add(self, definition):
        spec = definition["spec"]
        for version in spec["versions"]:
            name = f"{spec['group']}/{version['name']}"
            self.kinds[(name, spec["names"]["kind"])] = version["schema"]["openAPIV3Schema"]

    def complaints(self, thing):
        kind = (thing.get("apiVersion"), thing.get("kind"))
        if kind not in self.kinds:
            return [f"{kind} is no kind that is known"]
        return list(self.compare(thing, self.kinds[kind], f"{thing['kind']} {thing['metadata']['name']}"))

    def resolved(self, schema):
        """The schema that a reference names, or the first of an `allOf` that has one."""
        while "$ref" in schema or "allOf" in schema:
            schema = self.definitions[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema["allOf"][0]
        return schema

    def compare(self, value, schema, where):
        schema = self.resolved(schema)
        if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
            if not isinstance(value, (int, str)) or isinstance(value, bool):
                yield f"{where}: {value!r} is neither a number nor a text"
            return
        kind = schema.get("type")
        types = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
        if kind in types and (not isinstance(value, types[kind]) or (isinstance(value, bool) and kind != "boolean")):
            yield f"{where}: {value!r} is no {kind}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r} is none of {schema['enum']}"
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{where}: {value!r} does not fit {schema['pattern']}"
        if isinstance(value, list) and "items" in schema:
            for index, element in enumerate(value):
                yield from self.compare(element, schema["items"], f"{where}[{index}]")
        if isinstance(value, dict):
            yield from self.compare_fields(value, schema, where)

    def compare_fields(self, value, schema, where):
        for name in schema.get("required", []):
            if name not in value:
                yield f"{where}: {name} is missing"
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        is_open = not known and more is None or schema.get("x-kubernetes-preserve-unknown-fields") or more is True
        for name, element in value.items():
            if name in known:
                yield from self.compare(element, known[name], f"{where}.{name}")
            elif isinstance(more, dict):
                yield from self.compare(element, more, f"{where}.{name}")
            elif not is_open:
                yield f"{where}: there is no field {name}"
