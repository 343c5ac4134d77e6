"""Static files with content hashes in their names, including the imports of JavaScript modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the imports of our modules, so that a cached page never mixes two builds."""

    support_js_module_import_aggregation = True
    manifest_strict = False
