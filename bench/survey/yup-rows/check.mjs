import * as yup from "yup";

const row = yup.object({
  id: yup.number().required().integer().positive(),
  email: yup.string().email().required(),
  site: yup.string().url().nullable(),
  tags: yup.array().of(yup.string().min(2).max(10)).max(5),
  address: yup.object({ city: yup.string().required(), zip: yup.string().matches(/^\d{5}$/) }),
});

export function checkRows(rows) {
  const problems = [];
  for (const [index, one] of rows.entries()) {
    try {
      row.validateSync(one, { abortEarly: false });
    } catch (error) {
      problems.push({ index, errors: error.errors });
    }
  }
  return problems;
}
