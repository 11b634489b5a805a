"""Doubts (疑点) of classes: explained by the institution, accepted or upheld by inspectors and reviewers."""
