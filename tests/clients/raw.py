"""A client that speaks bytes: frames made by hand, right ones and wrong ones."""
import socket
import struct

API_VERSIONS, METADATA, FETCH, PRODUCE, VOTE = 18, 3, 1, 0, 52
# For what comes at once: a node that never says it is told from one that is slow.
WAIT_SECONDS = 30


def header(key, version, correlation=1):
    """Request header v1, with an empty client id."""
    return struct.pack(">hhih", key, version, correlation, 0)


def frame(body):
    return struct.pack(">i", len(body)) + body


def fetch(topic, offset, session=0, epoch=-1, bytes_max=1 << 20, wait_ms=0, partition=0, bytes_min=0, partitions=1,
          empty_topics=0):
    """A whole request of Fetch version 11, for so many partitions from `partition` on, and topics without any."""
    asked = b"".join(struct.pack(">iiqqi", partition + i, -1, offset, -1, bytes_max) for i in range(partitions))
    return frame(header(FETCH, 11)
                 + struct.pack(">iiiibii", -1, wait_ms, bytes_min, bytes_max, 0, session, epoch)
                 + struct.pack(">ih", 1 + empty_topics, len(topic)) + topic.encode() + struct.pack(">i", partitions)
                 + asked + struct.pack(">h8si", 8, b"no parts", 0) * empty_topics
                 + struct.pack(">ih", 0, 0))


class Raw:
    """One connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def answer(self):
        """The next response behind its size."""
        return self.read(struct.unpack(">i", self.read(4))[0])

    def ask(self, request):
        self.send(request)
        return self.answer()

    def is_closed_by_peer(self):
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False
