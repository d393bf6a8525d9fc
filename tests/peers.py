"""peers.py - clients and servers that are not 0x0, for tests/sockets.

peers.py serve PATH          a server at tcp:, udp: and unix:PATH; the first
                             line that a client sends says what it does
peers.py crowd PORT COUNT    clients of an echo server, all at once
peers.py http PORT FOLDER    the replies of an HTTP server, byte by byte
peers.py hold PORT COUNT     clients that keep their connections, asking by turns
peers.py break PORT ROUNDS   clients that reset the connection at any moment

Each but `serve` ends with `N passed, M failed`. Random numbers come from
ZERO_SEED, which is printed."""
import os
import random
import socket
import struct
import sys
import threading

LONG = 30  # seconds that nothing takes


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    peer.close()


def connect(port):
    peer = socket.create_connection(("127.0.0.1", port), LONG)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


def receive(peer, size):
    """That many bytes, or as many as come before the end."""
    parts = []
    while size > 0:
        part = peer.recv(min(size, 1 << 16))
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


# --- a server -----------------------------------------------------------------

def behave(peer):
    line = b""
    while not line.endswith(b"\n"):
        line += peer.recv(1)
    word = line.decode().split()
    if word[0] == "echo":
        while True:
            some = peer.recv(1 << 16)
            if not some:
                break
            peer.sendall(some)
    elif word[0] == "send":  # SIZE bytes in small parts
        for i in range(int(word[1])):
            peer.sendall(b"abcdefghij"[i % 10:i % 10 + 1])
    elif word[0] == "sink":  # how many bytes came until the end
        peer.sendall(b"%d" % len(receive(peer, 1 << 40)))
    elif word[0] == "reset":  # after SIZE bytes
        peer.sendall(b"x" * int(word[1]))
        reset(peer)
        return
    elif word[0] == "silent":
        peer.recv(1)
    peer.close()


def accept(listener):
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=behave, args=(peer,), daemon=True).start()


def serve(path):
    listeners = [socket.create_server(("127.0.0.1", 0)),
                 socket.socket(socket.AF_UNIX)]
    listeners[1].bind(path)
    listeners[1].listen(5)
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    full = socket.socket()  # its queue is full, nobody accepts
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    for listener in listeners:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
    print(*(one.getsockname()[1] for one in (listeners[0], datagrams, full)),
          flush=True)
    while True:
        some, sender = datagrams.recvfrom(1 << 16)
        datagrams.sendto(some[::-1], sender)


# --- clients ------------------------------------------------------------------

class Claims:
    def __init__(self):
        self.passed = self.failed = 0

    def same(self, claim, wanted, found):
        if wanted == found:
            self.passed += 1
        else:
            self.failed += 1
            print(f"failed: {claim}\n  wanted {wanted!r:.300}\n"
                  f"  found  {found!r:.300}")

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def crowd(claims, port, count):
    peers = [connect(port) for _ in range(count)]
    for turn in range(3):
        sent = [b"%d/%d " % (i, turn) * (1 + i % 50) for i in range(count)]
        for peer, bytes_sent in zip(peers, sent):
            peer.sendall(bytes_sent)
        found = [receive(peer, len(it)) for peer, it in zip(peers, sent)]
        claims.same(f"turn {turn}: all {count} get back what they sent",
                    0, sum(a != b for a, b in zip(sent, found)))
    # One that sends and does not read keeps only itself waiting.
    peers[0].setblocking(False)
    flood = 0
    try:
        while flood < 1 << 26:
            flood += peers[0].send(b"x" * (1 << 16))
    except BlockingIOError:
        pass
    peers[1].sendall(b"still here")
    claims.same("one that does not read keeps nobody else waiting",
                b"still here", receive(peers[1], 10))
    peers[0].settimeout(LONG)
    claims.same("and gets all of it when it reads", flood,
                len(receive(peers[0], flood)))
    for i, peer in enumerate(peers[2:]):
        reset(peer) if i % 2 else peer.close()
    peers[1].sendall(b"still here")
    claims.same("the others went, the server has not",
                b"still here", receive(peers[1], 10))


def read_response(peer, head_only=False):
    """Status, fields and body of the next response."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = peer.recv(1)
        if not byte:
            return (0, {}, head)
        head += byte
    lines = head.decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:-2])
    size = 0 if head_only else int(fields["content-length"])
    return (int(lines[0].split()[1]), fields, receive(peer, size))


def ask(port, request):
    """The one response to bytes, and what follows it."""
    peer = connect(port)
    peer.sendall(request)
    status, fields, body = read_response(peer,
                                         request.startswith(b"HEAD"))
    if fields.get("connection") == "close":
        body += peer.recv(1)
    peer.close()
    return status, fields, body


def http(claims, port, folder):
    def file(name):
        with open(os.path.join(folder, name), "rb") as found:
            return found.read()

    def status(request):
        return ask(port, request)[0]

    index = file("index.html")
    host = b" HTTP/1.1\r\nHost: h\r\n\r\n"
    wrong = [
        b"\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
        b"GET  /" + host, b"GET index.html" + host, b"GET /%zz" + host,
        b"GET /%4" + host, b"GET /%00" + host, b"GET /%ff" + host,
        b"GET /.." + host, b"GET /../index.html" + host,
        b"GET /a/../../index.html" + host, b"GET /%2e%2e/x" + host,
        b"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\n: none\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ]
    for request in wrong:
        claims.same(f"{request!r} is refused", 400, status(request))
    claims.same("a head without end is refused", 431,
                status(b"GET / HTTP/1.1\r\nX: " + b"x" * 20000))
    for request, wanted in [(b"GET /nowhere", 404), (b"GET /folder", 404),
                            (b"GET /index.html/x", 404), (b"POST /", 405),
                            (b"DELETE /index.html", 405), (b"GET /", 200),
                            (b"GET /?a=b", 200), (b"GET /./index.html", 200),
                            (b"GET /folder/../%69ndex.html", 200)]:
        claims.same(f"{request!r}", wanted, status(request + host))
    for name in ["binary", "empty", "inside.txt"]:
        claims.same(name, (200, file(name)),
                    ask(port, b"GET /" + name.encode() + host)[::2])
    claims.same("a link that escapes the root is not found", 404,
                status(b"GET /outside" + host))
    told, fields, body = ask(port, b"HEAD /" + host)
    claims.same("HEAD is GET without the body", (200, b"", str(len(index))),
                (told, body, fields.get("content-length")))
    peer = connect(port)
    peer.sendall((b"GET /" + host) * 50)
    claims.same("requests that are sent at once get replies in order",
                [index] * 50, [read_response(peer)[2] for _ in range(50)])
    for byte in b"GET /big.txt" + host:
        peer.sendall(bytes([byte]))
    claims.same("a request may come byte by byte", file("big.txt"),
                read_response(peer)[2])
    slow = connect(port)
    slow.sendall((b"GET /big.txt" + host) * 20)
    claims.same("one that does not read keeps nobody waiting", 200,
                status(b"GET /" + host))
    claims.same("and gets all of it when it does", 20,
                sum(read_response(slow)[2] == file("big.txt")
                    for _ in range(20)))
    for version, field, wanted in [(b"1.1", b"", "keep-alive"),
                                   (b"1.1", b"close", "close"),
                                   (b"1.1", b"x, Close", "close"),
                                   (b"1.0", b"", "close"),
                                   (b"1.0", b"Keep-Alive", "keep-alive")]:
        told = ask(port, b"GET / HTTP/" + version + b"\r\nHost: h\r\n" +
                   (b"Connection: " + field + b"\r\n" if field else b"") +
                   b"\r\n")
        claims.same(f"{version} with {field!r} is {wanted}",
                    (wanted, index), (told[1].get("connection"), told[2]))
    told = ask(port, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900000"
               b"\r\n\r\n" + b"x" * 900000)
    claims.same("a body is not taken for a request", (405, "close"),
                (told[0], told[1].get("connection")))


def hold(claims, port, count):
    peers = [connect(port) for _ in range(count)]
    request = b"GET /index.html HTTP/1.1\r\nHost: h\r\n\r\n"
    for turn in range(2):
        for peer in peers:
            peer.sendall(request)
        good = sum(read_response(peer)[0] == 200 for peer in peers)
        claims.same(f"turn {turn}: {count} connections at once get replies",
                    count, good)
    for peer in peers:
        peer.close()


def break_at_any_moment(claims, port, rounds):
    seed = os.environ.get("ZERO_SEED") or str(random.randrange(1 << 32))
    print("ZERO_SEED=" + seed)
    chance = random.Random(seed)
    request = b"GET /big.txt HTTP/1.1\r\nHost: h\r\n\r\n"
    for _ in range(rounds):
        peer = connect(port)
        some = request * chance.randrange(1, 4)
        peer.sendall(some[:chance.randrange(len(some) + 1)])
        if chance.randrange(2):
            peer.settimeout(0.02)
            try:
                receive(peer, chance.randrange(400000))
            except OSError:
                pass
        reset(peer) if chance.randrange(4) else peer.close()
    claims.same("the server continues", 200,
                ask(port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")[0])


def main(words):
    if words[0] == "serve":
        serve(words[1])
    what = {"crowd": crowd, "http": http, "hold": hold,
            "break": break_at_any_moment}[words[0]]
    claims = Claims()
    what(claims, int(words[1]),
         words[2] if words[0] == "http" else int(words[2]))
    return claims.end()


sys.exit(main(sys.argv[1:]))
