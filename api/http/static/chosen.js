// Files as they were chosen or dropped, under the names that they have inside the class.
const JUNK = /(^|\/)(\.[^/]*|~\$[^/]*|thumbs\.db|desktop\.ini|class\.toml)$|(^|\/)(__MACOSX|核验报告)\//i;
const VIDEO = /\.(mp4|m4v|mov|mkv|avi|dav|ts|m2ts|mpe?g|ps|flv|h?26[45]|asf|wmv|3gp|vob)$/i;

export function files(list) {
  return named([...list].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
}

export async function folders(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean); // before anything is awaited
  if (!entries.length) return files(dropped.files);
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return named(found);
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((done, fail) => entry.file(done, fail));
    found.push({ name: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = entry.createReader();
  for (;;) { // a reader gives at most a hundred at a time
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return;
    for (const one of some) await walk(one, found);
  }
}

// The folder of the class itself is no part of a name; a folder of nothing but recordings may be a camera's and stays.
function named(all) {
  const chosen = all.map((one) => ({ ...one, name: one.name.normalize("NFC") })).filter((one) => !JUNK.test(one.name));
  const top = chosen[0]?.name.split("/")[0] + "/";
  const within = chosen.length && chosen.every((one) => one.name.startsWith(top)) && !chosen.every((one) => VIDEO.test(one.name));
  if (within) for (const one of chosen) one.name = one.name.slice(top.length);
  return { chosen, skipped: all.length - chosen.length };
}
