"""What the paying desk is shown of a screened claim: JSON, page, letter, workbook, public notice; people masked in all."""
