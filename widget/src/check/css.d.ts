declare module "*check.css" {
  const text: string;
  export default text;
}
