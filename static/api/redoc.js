// Redoc asks a foreign server for its maker's picture. The desk's pages ask nobody else, so it is not asked for.
const foreign = (address) => new URL(address, location.href).origin !== location.origin;
const setAttribute = HTMLImageElement.prototype.setAttribute;
const src = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");

HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name !== "src" || !foreign(value)) setAttribute.call(this, name, value);
};
Object.defineProperty(HTMLImageElement.prototype, "src", {
  ...src,
  set(value) {
    if (!foreign(value)) src.set.call(this, value);
  },
});
