"""Where the nodes of a cluster are, and what goes wrong between them.

`Loopback`: ports of this machine. `Proxied`: the same, with a small proxy before what other nodes connect to, which delays or holds
back. `Namespaces`: each node in a network namespace behind a router, the namespace of the test itself, where nft cuts and loses;
that takes root, `ip` and `nft` (`Namespaces.missing`).
"""
import asyncio
import atexit
import contextlib
import dataclasses
import os
import pathlib
import random
import shutil
import socket
import subprocess
import threading

import stage  # noqa: F401  (knows where the next one is)
import own_network

# Below what the kernel takes for outgoing connections, one of which would sit on the port of a node that is down.
PORTS = range(20_000, 30_000)
TAKEN = set()  # by this process, whether or not anybody listens there now
CHUNK = 65_536


@dataclasses.dataclass
class Place:
    """Where a node listens, and where the others are told that it does."""
    number: int
    host: str
    port: int
    controller_port: int
    voter: str = ""  # HOST:PORT, for controller.quorum.voters
    replication_port: int = 0  # of a listener for brokers alone, if there is one
    advertised: str = ""  # HOST:PORT of that listener
    prefix: tuple = ()  # what the node's command begins with


def free_ports(count):
    """Ports that nobody listens at, and that were not given out before."""
    found = []
    for port in random.sample(PORTS, len(PORTS)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            if port not in TAKEN:
                probe.bind(("127.0.0.1", port))
                TAKEN.add(port)
                found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"fewer than {count} ports are free")


class Loopback:
    def places(self, numbers):
        ports = iter(free_ports(2 * len(numbers)))
        found = {number: Place(number, "127.0.0.1", next(ports), next(ports)) for number in numbers}
        for place in found.values():
            place.voter = f"{place.host}:{place.controller_port}"
        return found

    def hosts(self, places):
        return [place.host for place in places.values()]

    def close(self):
        pass


class Proxy:
    """Carries connections to one port. Each chunk arrives `delay` seconds late, and nothing does while it is `frozen`."""

    def __init__(self, target):
        self.target, self.port, self.delay = target, 0, 0.0
        self.flowing = asyncio.Event()
        self.flowing.set()

    async def listen(self):
        server = await asyncio.start_server(self.accept, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]

    async def accept(self, reader, writer):
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self.carry(reader, to_writer), self.carry(to_reader, writer))

    async def carry(self, reader, writer):
        clock, due = asyncio.get_running_loop(), asyncio.Queue(1000)
        delivering = asyncio.create_task(self.deliver(due, writer))
        data = b"-"
        while data:
            try:
                data = await reader.read(CHUNK)
            except OSError:
                data = b""
            await due.put((clock.time() + self.delay, data))
        await delivering

    async def deliver(self, due, writer):
        broken = False
        while True:
            when, data = await due.get()
            if not broken:
                await asyncio.sleep(max(0, when - asyncio.get_running_loop().time()))
                await self.flowing.wait()
            if not data:
                writer.close()
                return
            try:
                writer.write(data)
                await writer.drain()
            except OSError:
                broken = True


class Proxied(Loopback):
    """What nodes send to each other's listeners goes through a proxy; clients have a listener of their own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.proxies = {}

    def places(self, numbers):
        found = super().places(numbers)
        ports = iter(free_ports(3 * len(numbers)))
        for place in found.values():
            place.replication_port = next(ports)
            mine = self.proxies[place.number] = [self.on_loop(self.proxy, target, next(ports))
                                                 for target in (place.controller_port, place.replication_port)]
            place.voter, place.advertised = (f"127.0.0.1:{proxy.port}" for proxy in mine)
        return found

    async def proxy(self, target, port):
        made = Proxy(target)
        made.port = port
        await made.listen()
        return made

    def on_loop(self, function, *arguments):
        return asyncio.run_coroutine_threadsafe(function(*arguments), self.loop).result(10)

    def delay(self, number, seconds):
        """What others send to the node takes so long, and so do its answers."""
        for proxy in self.proxies[number]:
            proxy.delay = seconds

    def freeze(self, number, frozen=True):
        """Nothing of what others have begun with the node comes through, and no connection ends."""
        for proxy in self.proxies[number]:
            self.loop.call_soon_threadsafe(proxy.flowing.clear if frozen else proxy.flowing.set)

    async def finish(self):
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def close(self):
        self.on_loop(self.finish)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


class Namespaces(Loopback):
    """Node N is 10.77.N.2 and has the name node-N, which its voters' list uses; this process is the router between them."""

    @staticmethod
    def missing():
        """Why there can be none; empty where they can."""
        if os.geteuid() != 0:
            return "namespaces with names take root"
        path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
        lacking = [name for name in ("ip", "nft", "unshare") if shutil.which(name, path=path) is None]
        return f"there is no {', no '.join(lacking)} (iproute2, nftables, util-linux)" if lacking else ""

    @staticmethod
    def enter(script, arguments):
        """Goes on in a network namespace that ends with this process. Does not return where that begins anew."""
        if not Namespaces.missing():
            own_network.enter(script, arguments)
            own_network.prepare()

    @staticmethod
    def outside():
        """Why none can be made here, though the programs are there."""
        return "" if os.environ.get(own_network.MARK) else "this process cannot have a network of its own"

    def __init__(self):
        os.environ["PATH"] += ":/usr/sbin:/sbin"
        self.mark, self.numbers, self.addresses = f"klamm-{os.getpid()}", [], {}
        atexit.register(self.close)

    def space(self, number):
        return f"{self.mark}-{number}"

    def places(self, numbers):
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
        found = {}
        for number in numbers:
            self.numbers.append(number)
            space, own, router = self.space(number), f"10.77.{number}.2", f"10.77.{number}.1"
            run("ip", "netns", "add", space)
            run("ip", "link", "add", "name", f"node{number}", "type", "veth", "peer", "name", "eth0", "netns", space)
            run("ip", "addr", "add", f"{router}/24", "dev", f"node{number}")
            run("ip", "link", "set", f"node{number}", "up")
            for words in (f"addr add {own}/24 dev eth0", "link set eth0 up", "link set lo up", f"route add default via {router}"):
                run("ip", "-n", space, *words.split())
            self.addresses[number] = own
            found[number] = Place(number, own, 9092, 9093, f"node-{number}:9093", prefix=("ip", "netns", "exec", space))
        self.write_names()
        run("nft", "add", "table", "inet", "klamm")
        run("nft", "add chain inet klamm cuts { type filter hook forward priority 0 ; }")
        return found

    def hosts(self, places):
        """What certificates have to name, after a move as well."""
        return [name for number in places for name in (f"node-{number}", f"10.77.{number}.2", f"10.77.{number}.3")]

    def write_names(self):
        """`ip netns exec` shows these files in the place of /etc/hosts; they are written in place, so that nodes see a change."""
        lines = "".join(f"{host} node-{number}\n" for number, host in self.addresses.items())
        for number in self.addresses:
            path = pathlib.Path("/etc/netns") / self.space(number) / "hosts"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("127.0.0.1 localhost\n" + lines)

    def move(self, place):
        """The node, which is down, gets another address; the others have to ask for its name again."""
        old, new = place.host, f"10.77.{place.number}.3"
        for words in (f"addr del {old}/24 dev eth0", f"addr add {new}/24 dev eth0", f"route replace default via 10.77.{place.number}.1"):
            run("ip", "-n", self.space(place.number), *words.split())
        place.host = self.addresses[place.number] = new
        self.write_names()

    def cut(self, sender, receiver):
        """What one sends to the other is lost, without a word to either."""
        run("nft", f'add rule inet klamm cuts iifname "node{sender}" oifname "node{receiver}" drop')

    def cut_both(self, one, other):
        self.cut(one, other)
        self.cut(other, one)

    def isolate(self, number):
        """From the other nodes; clients still reach it."""
        for other in self.numbers:
            if other != number:
                self.cut_both(number, other)

    def lose(self, percent):
        run("nft", f"add rule inet klamm cuts numgen random mod 100 < {percent} drop")

    def heal(self):
        run("nft", "flush chain inet klamm cuts")

    def close(self):
        for number in self.numbers:
            subprocess.run(["ip", "netns", "del", self.space(number)], capture_output=True)
            shutil.rmtree(pathlib.Path("/etc/netns") / self.space(number), ignore_errors=True)
        with contextlib.suppress(OSError):
            pathlib.Path("/etc/netns").rmdir()  # only where nobody else has anything in it
        if self.numbers:
            subprocess.run(["nft", "delete", "table", "inet", "klamm"], capture_output=True)
        for number in self.numbers:
            subprocess.run(["ip", "link", "del", f"node{number}"], capture_output=True)
        self.numbers = []
