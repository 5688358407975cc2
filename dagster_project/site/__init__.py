"""The site: what a release says, as pages that open from a folder, without a server and without internet.

Made from what may be published, so that it is public itself; of the records it takes counts alone.
"""

from dagster_project.site.writing import FOLDER, write

__all__ = ["FOLDER", "write"]
