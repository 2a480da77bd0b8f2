import { crc32, deflateSync } from "node:zlib";

/** A PNG of a colour gradient, `size` pixels square, as base64. Made here so that the demo needs no asset. */
export function gradientPng(size: number): string {
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = y * (size * 3 + 1) + 1 + x * 3;
      rows.set([Math.round((255 * x) / size), Math.round((255 * y) / size), 190], at);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]).toString("base64");
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), chunk.length - 4);
  return chunk;
}

const SAMPLES_PER_SECOND = 8000;

/** A sine tone that fades out, as a base64 WAV file (8-bit mono). */
export function toneWav(frequencyHz: number, durationMs: number): string {
  const count = Math.round((SAMPLES_PER_SECOND * durationMs) / 1000);
  const wav = Buffer.alloc(44 + count);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + count, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // one channel
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 28); // bytes a second
  wav.writeUInt16LE(1, 32); // bytes a sample
  wav.writeUInt16LE(8, 34); // bits a sample
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(count, 40);
  for (let i = 0; i < count; i += 1) {
    const fade = 1 - i / count;
    wav[44 + i] = 128 + Math.round(100 * fade * Math.sin((2 * Math.PI * frequencyHz * i) / SAMPLES_PER_SECOND));
  }
  return wav.toString("base64");
}
