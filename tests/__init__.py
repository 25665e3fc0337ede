"""Tests of Assay. A package, since a library of ours installs one of this name too."""
