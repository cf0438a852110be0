"""Any request in any version, from a dict, and its response as a dict: an interpreter of protocol/schema/*.kmsg.

What a request leaves out has the schema's default. A response must be read to its last byte.
"""
import functools
import pathlib
import struct
import sys
import uuid

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "protocol"))
from generator.language import parse  # noqa: E402
import raw  # noqa: E402

FIXED = {"i8": ">b", "i16": ">h", "u16": ">H", "i32": ">i", "i64": ">q", "f64": ">d", "bool": ">?"}
API_VERSIONS = 18
NO_UUID = uuid.UUID(int=0)


@functools.cache
def messages():
    found = {}
    for path in (ROOT / "protocol/schema").glob("[0-9]*.kmsg"):
        for message in parse(path.read_text(), path.name):
            found[message.name] = message
    return found


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def default_of(field):
    if field.default == "null":
        return None
    if field.is_array:
        return []
    if field.default is not None:
        return {"true": True, "false": False}.get(field.default, None) if field.kind == "bool" else (
            field.default.strip('"') if field.kind == "string" else int(field.default, 0))
    return {"string": "", "bytes": b"", "records": None, "uuid": NO_UUID, "bool": False, "f64": 0.0}.get(
        field.kind, {} if field.struct else 0)


class Encoder:
    def __init__(self, version, flexible):
        self.version, self.flexible = version, flexible

    def size(self, count, narrow):
        if self.flexible:
            return varint(0 if count is None else count + 1)
        return struct.pack(narrow, -1 if count is None else count)

    def value(self, field, value):
        if field.struct:
            # A nullable struct that is no element of a list begins with a byte that says whether it is there.
            if field.nullable and not field.is_array and field.tag is None:
                return b"\xff" if value is None else b"\1" + self.struct(field.struct, value)
            return self.struct(field.struct, value)
        if field.kind == "string":
            data = None if value is None else value if isinstance(value, bytes) else value.encode()
            return self.size(None if data is None else len(data), ">h") + (data or b"")
        if field.kind in ("bytes", "records"):
            return self.size(None if value is None else len(value), ">i") + (value or b"")
        if field.kind == "uuid":
            return value.bytes
        return struct.pack(FIXED[field.kind], value)

    def field(self, field, value):
        if not field.is_array:
            return self.value(field, value)
        return self.size(None if value is None else len(value), ">i") + b"".join(
            self.value(field, element) for element in value or [])

    def struct(self, kind, values):
        unknown = set(values) - {field.name for field in kind.fields}
        assert not unknown, f"{kind.name} has no {unknown}"
        out, tagged = b"", []
        for field in sorted(kind.fields, key=lambda field: field.tag or -1):
            if self.version not in field.versions:
                continue
            value = values.get(field.name, default_of(field))
            if field.tag is None:
                out += self.field(field, value)
            elif value != default_of(field):
                data = self.field(field, value)
                tagged.append(varint(field.tag) + varint(len(data)) + data)
        return out + (varint(len(tagged)) + b"".join(tagged) if self.flexible else b"")


class Decoder:
    def __init__(self, data, version, flexible):
        self.data, self.at, self.version, self.flexible = data, 0, version, flexible

    def take(self, count):
        assert 0 <= count <= len(self.data) - self.at, f"{count} bytes wanted at {self.at} of {len(self.data)}"
        self.at += count
        return self.data[self.at - count:self.at]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value, shift = value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    def size(self, narrow):
        return self.varint() - 1 if self.flexible else struct.unpack(narrow, self.take(struct.calcsize(narrow)))[0]

    def value(self, field):
        if field.struct:
            if field.nullable and not field.is_array and field.tag is None and self.take(1)[0] == 255:
                return None
            return self.struct(field.struct)
        if field.kind == "string":
            size = self.size(">h")
            return None if size < 0 else self.take(size).decode()
        if field.kind in ("bytes", "records"):
            size = self.size(">i")
            return None if size < 0 else self.take(size)
        if field.kind == "uuid":
            return uuid.UUID(bytes=self.take(16))
        return struct.unpack(FIXED[field.kind], self.take(struct.calcsize(FIXED[field.kind])))[0]

    def field(self, field):
        if not field.is_array:
            return self.value(field)
        count = self.size(">i")
        return None if count < 0 else [self.value(field) for _ in range(count)]

    def struct(self, kind):
        fields = [field for field in kind.fields if self.version in field.versions]
        values = {field.name: self.field(field) for field in fields if field.tag is None}
        for _ in range(self.varint() if self.flexible else 0):
            tag, size = self.varint(), self.varint()
            known = [field for field in fields if field.tag == tag]
            if known:
                values[known[0].name] = self.field(known[0])
            else:
                values[f"tag {tag}"] = self.take(size)
        return values


def request(name, version, values, client_id="wire", correlation=7):
    """A whole frame."""
    kind = messages()[name + "Request"]
    flexible = version >= kind.flexible
    client = client_id.encode()
    header = struct.pack(">hhih", kind.key, version, correlation, len(client)) + client + (b"\0" if flexible else b"")
    return raw.frame(header + Encoder(version, flexible).struct(kind, values))


def response(name, version, data):
    """What is in a response's frame, behind its size."""
    kind = messages()[name + "Response"]
    flexible = version >= kind.flexible
    decoder = Decoder(data, version, flexible)
    decoder.take(4)
    if flexible and kind.key != API_VERSIONS:
        assert decoder.varint() == 0, "no tags are known for a response's header"
    values = decoder.struct(kind)
    assert decoder.at == len(data), f"{len(data) - decoder.at} bytes are left over"
    return values


class Wire(raw.Raw):
    """A connection that speaks messages."""

    def __init__(self, port, client_id="wire", seconds=30):
        super().__init__(port)
        self.port, self.client_id, self.seconds = port, client_id, seconds
        self.socket.settimeout(seconds)

    def reconnect(self):
        self.socket.close()
        self.__init__(self.port, self.client_id, self.seconds)

    def post(self, name, version, **values):
        self.send(request(name, version, values, self.client_id))

    def take(self, name, version):
        return response(name, version, self.answer())

    def call(self, name, version, **values):
        self.post(name, version, **values)
        return self.take(name, version)
