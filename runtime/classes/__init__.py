"""Classes (班期): opened, set up, and looked at unmasked with a reason."""
