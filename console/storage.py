"""Static files: hashes of the content in their names, the style sheets in one file, everything compressed once."""

import re

from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLES = "css/console.css"
_IMPORT = re.compile(r'@import "([\w-]+\.css)";')


class OnceCompressor(Compressor):
    """Brotli at its best for what pages load, less for the large bundles of the API's pages, which take long."""

    @staticmethod
    def compress_brotli(data):
        import brotli  # the base class asks for it only when it is installed

        return brotli.compress(data, quality=11 if len(data) <= 128_000 else 6)


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the imports of our modules, so that a cached page never mixes two builds."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def post_process(self, paths, dry_run=False, **options):
        if STYLES in paths and not dry_run:
            paths = paths | {STYLES: self._with_imports(paths)}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _with_imports(self, paths):
        """The style sheets that `console.css` imports, in one file: one request instead of fifty."""

        def text_of(name):
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode()

        whole = _IMPORT.sub(lambda match: text_of(f"css/{match[1]}"), text_of(STYLES))
        self.delete(STYLES)
        return self, self._save(STYLES, ContentFile(whole))

    def create_compressor(self, **options):
        return OnceCompressor(**options)

    def compress_files(self, paths):
        """Pages name files with their hash; the plain names are not compressed a second time."""
        return super().compress_files(paths & set(self.hashed_files.values()))
