// keys/platform.js – names of the keys on this platform
export const isMac = (platform) => /^(mac|iphone|ipad)/i.test(platform ?? "");

export function start(root) {
  if (!isMac(navigator.userAgentData?.platform ?? navigator.platform)) return;
  for (const key of root.querySelectorAll("kbd[data-mac]")) key.textContent = key.dataset.mac;
}
