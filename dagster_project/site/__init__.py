"""The site: what a release says, as pages that open from a folder, without a server and without internet.

Made from what may be published, so that it is public itself; of the records it takes counts alone. Its
``writing`` is imported where a site is written: the charts take a second to load, paid by no other command.
"""

#: The site's folder in that of its release.
FOLDER = "site"
