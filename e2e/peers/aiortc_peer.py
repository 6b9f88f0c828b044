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
import math
import re
import sys

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.signaling import BYE, object_from_string, object_to_string
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from av import VideoFrame
from peer_process import Meter, Signaling, call_until_over, report


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


class AiortcSignaling(Signaling):
    """The flow of aiortc's own AppRTC client, which its later versions left out."""

    async def close(self):
        await self.send(object_to_string(BYE))
        await self.close_websocket()


async def count(track, meter):
    try:
        while True:
            frame = await track.recv()
            if isinstance(frame, VideoFrame):
                meter.count_picture()
            else:
                meter.count_sound(bytes(frame.planes[0]), frame.samples / frame.sample_rate)
    except MediaStreamError:
        pass  # The track has ended.


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
        # What that client didn't understand would have ended it here.
        message = object_from_string(await signaling.receive())
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


async def main(server, room):
    signaling = AiortcSignaling(server, room)
    await signaling.connect()
    # No STUN server: whom this test calls is on this machine.
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    meter = Meter()
    counting = []
    pc.on("track", lambda track: counting.append(asyncio.ensure_future(count(track, meter))))
    try:
        await call_until_over(signaling, meter, talk(pc, signaling))
    finally:
        await pc.close()
        await asyncio.gather(*counting)
    report("left")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
