// A zip archive without what differs between two runs over the same files: vsce lists folders side by side, and whichever
// is read first comes first.

/** The archive with its entries in the order of their names, all of 1980-01-01. Format: APPNOTE.TXT 6.3, one disk. */
export function settled(zip) {
  const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const directory = zip.readUInt32LE(end + 16);
  const entries = [];
  for (let at = directory, left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place));
    const head = Buffer.from(zip.subarray(at, at + 46 + name + extra + comment));
    entries.push({ head, name: head.toString("latin1", 46, 46 + name), start: head.readUInt32LE(42) });
    at += head.length;
  }
  const starts = entries.map(({ start }) => start).sort((a, b) => a - b);
  const bodies = [];
  let offset = 0;
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { head, start } of entries) {
    // With the descriptor that may follow the content.
    const body = Buffer.from(zip.subarray(start, starts[starts.indexOf(start) + 1] ?? directory));
    body.writeUInt32LE(0x00210000, 10);
    head.writeUInt32LE(0x00210000, 12);
    head.writeUInt32LE(offset, 42);
    bodies.push(body);
    offset += body.length;
  }
  return Buffer.concat([...bodies, ...entries.map(({ head }) => head), zip.subarray(end)]);
}
