"""Static files with content hashes in their names, module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import` in our modules, so that a cached page never mixes two builds."""

    support_js_module_import_aggregation = True
    manifest_strict = False
