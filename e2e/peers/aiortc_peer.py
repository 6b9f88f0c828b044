#!/usr/bin/python3
"""A caller on aiortc (Debian's python3-aiortc), speaking AppRTC as aiortc's own command line client did.

    aiortc_peer.py SERVER ROOM

Joins, registers with `clientid` before `roomid`, offers if `is_initiator` is the string "true" and answers otherwise,
posts to /message as initiator and uses the WebSocket else, has its candidates inside its descriptions, and leaves
with a bye and a close: it knows neither /leave nor DELETE.

Reports on stdout, a JSON object a line; takes orders on stdin, see foreign-peer.ts.
"""
import array
import asyncio
import audioop
import json
import math
import re
import sys
from fractions import Fraction

import aiohttp
import websockets
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.signaling import BYE, object_from_string, object_to_string
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from av import AudioFrame, VideoFrame

REPORT_EVERY_S = 0.2


def report(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


class MovingPicture(VideoStreamTrack):
    """A bright bar that walks over a grey ground."""

    WIDTH, HEIGHT, BAR = 320, 240, 32

    def __init__(self):
        super().__init__()
        self._shown = 0

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(self.WIDTH, self.HEIGHT, "yuv420p")
        left = self._shown * 4 % (self.WIDTH - self.BAR)
        row = bytearray(b"\x50" * self.WIDTH)
        row[left : left + self.BAR] = b"\xeb" * self.BAR
        luma, *chroma = frame.planes
        luma.update(b"".join(bytes(row).ljust(luma.line_size, b"\0") for _ in range(luma.height)))
        for plane in chroma:
            plane.update(b"\x80" * plane.buffer_size)
        self._shown += 1
        frame.pts, frame.time_base = pts, time_base
        return frame


class Tone(AudioStreamTrack):
    """440 Hz. The pacing is that of aiortc's silent track, whose frames are filled in."""

    def __init__(self):
        super().__init__()
        self._played = 0

    async def recv(self):
        frame = await super().recv()
        samples = array.array(
            "h",
            (
                int(8000 * math.sin(2 * math.pi * 440 * (self._played + i) / frame.sample_rate))
                for i in range(frame.samples)
            ),
        )
        self._played += frame.samples
        frame.planes[0].update(samples.tobytes())
        return frame


class Meter:
    """Counts what arrives, decoded."""

    def __init__(self):
        self.facts = {"videoFrames": 0, "audioFrames": 0, "audioEnergy": 0.0}
        self._tasks = []

    def watch(self, track):
        self._tasks.append(asyncio.ensure_future(self._read(track)))

    async def _read(self, track):
        try:
            while True:
                self._count(await track.recv())
        except MediaStreamError:
            pass  # The track has ended.

    def _count(self, frame):
        if isinstance(frame, VideoFrame):
            self.facts["videoFrames"] += 1
        elif isinstance(frame, AudioFrame):
            self.facts["audioFrames"] += 1
            level = audioop.rms(bytes(frame.planes[0]), 2) / 32768
            self.facts["audioEnergy"] += level**2 * frame.samples / frame.sample_rate

    async def report_for_ever(self):
        while True:
            report("media", **self.facts)
            await asyncio.sleep(REPORT_EVERY_S)


class ApprtcSignaling:
    """The flow of aiortc's own AppRTC client, which left the library after version 1.2."""

    def __init__(self, server, room):
        self._server, self._room = server, room

    async def connect(self):
        self._http = aiohttp.ClientSession()
        async with self._http.post(f"{self._server}/join/{self._room}") as response:
            data = json.loads(await response.text())
        if data["result"] != "SUCCESS":
            raise RuntimeError(f"/join answered {data['result']}")
        params = data["params"]
        self.is_initiator = params["is_initiator"] == "true"
        self._messages = params["messages"]
        self._post_url = f"{self._server}/message/{self._room}/{params['client_id']}"
        self._websocket = await websockets.connect(
            params["wss_url"], extra_headers={"Origin": self._server}
        )
        register = {"clientid": params["client_id"], "cmd": "register", "roomid": params["room_id"]}
        await self._websocket.send(json.dumps(register))
        report("joined", isInitiator=self.is_initiator)

    async def receive(self):
        """Answers the next message that its client understood; what it didn't would have ended that client."""
        if self._messages:
            return object_from_string(self._messages.pop(0))
        frame = json.loads(await self._websocket.recv())
        if frame["error"]:
            raise RuntimeError(f"The server complained: {frame['error']}")
        return object_from_string(frame["msg"])

    async def send(self, message):
        if self.is_initiator:
            await (await self._http.post(self._post_url, data=message)).text()
        else:
            await self._websocket.send(json.dumps({"cmd": "send", "msg": message}))

    async def close(self):
        await self.send(object_to_string(BYE))
        await self._websocket.close()
        await self._http.close()


def without_header_extensions(description):
    """aiortc numbers its header extensions anew for each m-line, which browsers refuse in a bundle."""
    sdp = re.sub(r"a=extmap:.*\r\n", "", description.sdp)
    return RTCSessionDescription(sdp=sdp, type=description.type)


async def talk(pc, signaling):
    """Negotiates until the other one says bye."""

    def add_tracks():
        pc.addTrack(Tone())
        pc.addTrack(MovingPicture())

    if signaling.is_initiator:
        add_tracks()
        await pc.setLocalDescription(await pc.createOffer())
        await signaling.send(object_to_string(without_header_extensions(pc.localDescription)))
    while True:
        message = await signaling.receive()
        if message is BYE:
            report("bye")
            return
        if isinstance(message, RTCSessionDescription):
            await pc.setRemoteDescription(message)
            if message.type == "offer":
                add_tracks()
                await pc.setLocalDescription(await pc.createAnswer())
                await signaling.send(object_to_string(pc.localDescription))
        elif message is not None:
            await pc.addIceCandidate(message)


async def take_orders(signaling):
    """Until `hang-up`, or until whoever gives the orders is gone."""
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while True:
        order = (await orders.readline()).decode().rstrip("\n")
        if order in ("", "hang-up"):
            return
        if order.startswith("say "):
            await signaling.send(json.loads(order[4:]))


async def main(server, room):
    signaling = ApprtcSignaling(server, room)
    await signaling.connect()
    # No STUN server: whom this test calls is on this machine.
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    meter = Meter()
    pc.on("track", meter.watch)
    pc.on("connectionstatechange", lambda: report("connection", state=pc.connectionState))
    tasks = [
        asyncio.ensure_future(work)
        for work in (talk(pc, signaling), take_orders(signaling), meter.report_for_ever())
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await signaling.close()
        await pc.close()
    report("left")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
