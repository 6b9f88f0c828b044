#!/usr/bin/python3
"""A caller on GStreamer's webrtcbin (Debian's python3-gst-1.0).

    gstreamer_peer.py SERVER ROOM

GStreamer has no AppRTC client of its own: this one flows as aiortc's does, but trickles its candidates, which know
their `label` and no `id`, and leaves like the Windows client: bye, close, /leave, no DELETE.

Reports on stdout, a JSON object a line; takes orders on stdin, see foreign-peer.ts.
"""
import asyncio
import json
import re
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402
from peer_process import Meter, Signaling, call_until_over, report  # noqa: E402

PIPELINE = """
webrtcbin name=rtc bundle-policy=max-bundle latency=50
videotestsrc is-live=true pattern=smpte ! video/x-raw,width=320,height=240,framerate=15/1 ! queue
  ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=15 ! rtpvp8pay picture-id-mode=15-bit
  ! application/x-rtp,media=video,encoding-name=VP8,payload={VP8} ! rtc.
audiotestsrc is-live=true freq=440 volume=0.3 ! audio/x-raw,rate=48000,channels=2 ! queue
  ! opusenc ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload={OPUS} ! rtc.
"""
DECODERS = {
    "VP8": "rtpvp8depay ! vp8dec ! fakesink name=sink signal-handoffs=true sync=false",
    "OPUS": "rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE"
    " ! fakesink name=sink signal-handoffs=true sync=false",
}
BYE = '{"type":"bye"}'


class WindowsSignaling(Signaling):
    async def close(self):
        await self.send_over_websocket(BYE)
        await self.close_websocket()
        await self.post_leave()


class Call:
    def __init__(self, signaling, meter):
        self._signaling, self._meter = signaling, meter
        self._loop = asyncio.get_running_loop()
        self._outbox = asyncio.Queue()
        self._pipeline = None
        self._rtc = None

    def _start(self, payload_types):
        self._pipeline = Gst.parse_launch(PIPELINE.format(**payload_types))
        self._rtc = self._pipeline.get_by_name("rtc")
        self._rtc.connect("on-ice-candidate", self._found_candidate)
        self._rtc.connect("pad-added", self._take_track)
        self._pipeline.set_state(Gst.State.PLAYING)

    def stop(self):
        if self._pipeline is not None:
            self._pipeline.set_state(Gst.State.NULL)

    async def talk(self):
        """Negotiates until the other one says bye."""
        if self._signaling.is_initiator:
            self._start({"VP8": 96, "OPUS": 111})
            await self._describe("offer")
        while True:
            message = json.loads(await self._signaling.receive())
            if message["type"] == "bye":
                report("bye")
                return
            await self._take(message)

    async def _take(self, message):
        kind = message["type"]
        if kind == "candidate":
            self._rtc.emit("add-ice-candidate", message["label"], message["candidate"])
            return
        if kind == "offer":
            # What is sent has the numbers that the offer gives to its codecs.
            self._start(
                {
                    name: re.search(rf"a=rtpmap:(\d+) {name}/", message["sdp"], re.I)[1]
                    for name in ("VP8", "OPUS")
                }
            )
        await self._set_description("remote", kind, message["sdp"])
        if kind == "offer":
            await self._describe("answer")

    async def _describe(self, kind):
        reply = await self._ask(f"create-{kind}", None)
        sdp = reply.get_value(kind).sdp.as_text()
        self._outbox.put_nowait({"type": kind, "sdp": sdp})
        await self._set_description("local", kind, sdp)

    async def _set_description(self, side, kind, sdp):
        _, parsed = GstSdp.SDPMessage.new_from_text(sdp)
        sdp_type = GstWebRTC.WebRTCSDPType.OFFER
        if kind == "answer":
            sdp_type = GstWebRTC.WebRTCSDPType.ANSWER
        description = GstWebRTC.WebRTCSessionDescription.new(sdp_type, parsed)
        await self._ask(f"set-{side}-description", description)

    async def _ask(self, signal, argument):
        """Emits an action signal of webrtcbin, whose promise is answered on another thread."""
        answered = self._loop.create_future()
        promise = Gst.Promise.new_with_change_func(
            lambda _: self._loop.call_soon_threadsafe(answered.set_result, None)
        )
        self._rtc.emit(signal, argument, promise)
        await answered
        if promise.wait() != Gst.PromiseResult.REPLIED:
            raise RuntimeError(f"{signal} was not answered")
        return promise.get_reply()

    async def send_for_ever(self):
        while True:
            await self._signaling.send(json.dumps(await self._outbox.get()))

    def _found_candidate(self, _, label, candidate):
        message = {"type": "candidate", "label": label, "candidate": candidate}
        self._loop.call_soon_threadsafe(self._outbox.put_nowait, message)

    def _take_track(self, _, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        encoding = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        decoder = Gst.parse_bin_from_description(DECODERS[encoding], True)
        count = self._count_picture if encoding == "VP8" else self._count_sound
        decoder.get_by_name("sink").connect("handoff", count)
        self._pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def _count_picture(self, *_):
        self._meter.count_picture()

    def _count_sound(self, _, buffer, __):
        samples = buffer.extract_dup(0, buffer.get_size())
        self._meter.count_sound(samples, buffer.duration / Gst.SECOND)


async def main(server, room):
    Gst.init(None)
    signaling, meter = WindowsSignaling(server, room), Meter()
    await signaling.connect()
    call = Call(signaling, meter)
    try:
        await call_until_over(signaling, meter, call.talk(), call.send_for_ever())
    finally:
        call.stop()
    report("left")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
